import { commandOf, environmentOf, processIds, statusNumber } from "../processes/proc";
import type { EngineHome } from "./home";

/**
 * Ends the language hosts, programs and providers of this home whose engine was killed: they wait for it, some at full
 * speed, and there is nothing left for them to finish. Only processes without a living engine above them, so that those
 * of an engine at work are left alone. Linux only, as `/proc` is; elsewhere nothing is done.
 */
export function endOrphans(home: EngineHome): void {
  const ours = `PULUMI_HOME=${home.paths.pulumiHome}`;
  const orphans = processIds().filter(
    (pid) => isPartOfEngine(pid) && environmentOf(pid).includes(ours) && !isWithEngine(pid, home.pulumi),
  );
  orphans.forEach(end);
}

/** Language hosts, docker-build, the programs of stacks, and the bundles of the simulated clouds. */
function isPartOfEngine(pid: number): boolean {
  return commandOf(pid).some((word) =>
    /pulumi-(language|resource)-|@pulumi\/pulumi\/cmd\/|\/build\/clouds-/.test(word),
  );
}

/** Whether a process is an engine, or one is above it. */
function isWithEngine(pid: number, engine: string): boolean {
  const parent = statusNumber(pid, "PPid");
  return commandOf(pid)[0] === engine || (parent !== undefined && isWithEngine(parent, engine));
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
