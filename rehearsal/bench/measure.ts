import * as fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** What one command cost. */
export interface Cost {
  readonly seconds: number;
  /** Highest resident memory of the Pulumi program's own process, in megabytes; 0 when none ran. */
  readonly programMegabytes: number;
}

/**
 * Runs work and watches for the Node process of a Pulumi program meanwhile.
 *
 * @param pulumiHome of the engine that runs it: programs of other engines do not count
 */
export async function measure(pulumiHome: string, work: () => Promise<unknown>): Promise<Cost> {
  const started = performance.now();
  let ended = false;
  let peak = 0;
  const watch = async () => {
    while (!ended) {
      peak = Math.max(peak, ...programs(pulumiHome).map(peakMegabytes));
      await sleep(25);
    }
  };
  const watching = watch();
  try {
    await work();
  } finally {
    ended = true;
    await watching;
  }
  return { seconds: (performance.now() - started) / 1000, programMegabytes: peak };
}

/** The median run of several, by time. */
export function median(costs: readonly Cost[]): Cost {
  const sorted = costs.toSorted((left, right) => left.seconds - right.seconds);
  return sorted[Math.floor(sorted.length / 2)] ?? { seconds: Number.NaN, programMegabytes: Number.NaN };
}

/** Process ids of running Pulumi programs: what the Node language host starts. */
function programs(pulumiHome: string): string[] {
  return fs.readdirSync("/proc").filter((entry) => {
    if (!/^\d+$/.test(entry)) {
      return false;
    }
    const words = read(path.join("/proc", entry, "cmdline")).split("\0");
    return (
      words.some((word) => /@pulumi\/pulumi\/cmd\/run(\/index\.js)?$/.test(word)) &&
      read(path.join("/proc", entry, "environ"))
        .split("\0")
        .includes(`PULUMI_HOME=${pulumiHome}`)
    );
  });
}

/** `VmHWM` of proc(5): the peak of the resident set. */
function peakMegabytes(pid: string): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(read(path.join("/proc", pid, "status")))?.[1];
  return kilobytes === undefined ? 0 : Number(kilobytes) / 1024;
}

/** A process may end while it is looked at. */
function read(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
