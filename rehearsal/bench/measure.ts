import { setTimeout as sleep } from "node:timers/promises";
import { commandOf, environmentOf, processIds, statusNumber } from "../processes/proc";

/** Shows a line with figures. */
export type Print = (line: string) => void;

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

/** The median of some items by their size; of an even number, the upper one of the two. @throws Error when there is none */
export function median<Item>(items: readonly Item[], sizeOf: (item: Item) => number): Item {
  const sorted = items.toSorted((left, right) => sizeOf(left) - sizeOf(right));
  const item = sorted[Math.floor(sorted.length / 2)];
  if (item === undefined) throw new Error("Nothing was measured, so there is no median.");
  return item;
}

/** Process ids of running Pulumi programs: what the Node language host starts. */
function programs(pulumiHome: string): number[] {
  return processIds().filter(
    (pid) =>
      commandOf(pid).some((word) => /@pulumi\/pulumi\/cmd\/run(\/index\.js)?$/.test(word)) &&
      environmentOf(pid).includes(`PULUMI_HOME=${pulumiHome}`),
  );
}

/** `VmHWM` of proc(5): the peak of the resident set. */
function peakMegabytes(pid: number): number {
  return (statusNumber(pid, "VmHWM") ?? 0) / 1024;
}
