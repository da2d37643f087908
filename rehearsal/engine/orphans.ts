import * as fs from "node:fs";
import type { EngineHome } from "./home";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: readonly string[];
}

/**
 * Ends the language hosts, programs and providers of this home whose engine was killed: they wait for it, some at full
 * speed, and there is nothing left for them to finish. Only processes without a living engine above them, so that those
 * of an engine at work are left alone. Linux only, as `/proc` is; elsewhere nothing is done.
 */
export function endOrphans(home: EngineHome): void {
  const processes = new Map(listProcesses().map((item) => [item.pid, item]));
  for (const item of processes.values()) {
    const isWithEngine = lineOf(item, processes).some(({ command }) => command[0] === home.pulumi);
    if (isPartOfEngine(item) && !isWithEngine && environmentOf(item).includes(`PULUMI_HOME=${home.paths.pulumiHome}`)) {
      end(item);
    }
  }
}

/** Language hosts, docker-build, the programs of stacks, and the bundles of the simulated clouds. */
function isPartOfEngine({ command }: Process): boolean {
  return command.some((word) => /pulumi-(language|resource)-|@pulumi\/pulumi\/cmd\/|\/build\/clouds-/.test(word));
}

/** A process and all above it. */
function lineOf(item: Process, processes: ReadonlyMap<number, Process>): Process[] {
  const above = processes.get(item.parent);
  return [item, ...(above === undefined ? [] : lineOf(above, processes))];
}

function listProcesses(): Process[] {
  const names = fs.existsSync("/proc") ? fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  return names.flatMap((name) => {
    try {
      const status = fs.readFileSync(`/proc/${name}/status`, "utf8");
      const command = fs.readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      return [{ pid: Number(name), parent: Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]), command }];
    } catch {
      return []; // It has ended meanwhile.
    }
  });
}

/** `NAME=value` of each variable that a process was started with. */
function environmentOf({ pid }: Process): string[] {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return []; // It has ended, or is another user's.
  }
}

function end({ pid }: Process): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
