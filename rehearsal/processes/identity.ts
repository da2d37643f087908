import * as fs from "node:fs";

/** A process that cannot be mistaken for another: ids are used again, ids with a start time are not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from the machine's start to the process's (Linux, proc_pid_stat(5), field 22). */
  readonly started: string;
}

/** Identity of a running process; undefined when there is none with this id, or it has ended (a zombie). */
export function identify(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The second field is the command in parentheses, which may hold blanks and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  const started = fields[19];
  return started === undefined || state === "Z" || state === "X" ? undefined : { pid, started };
}

/** Whether that very process still runs. */
export function isRunning(process: ProcessIdentity): boolean {
  return identify(process.pid)?.started === process.started;
}
