/**
 * What is written by a job is found again by its first line, which nobody sees. Only there: whatever else stands in it comes
 * from resources and errors.
 */
export interface Mark {
  /** What it is: `preview`, `drift dev-aws`. */
  readonly of: string;
  /** The run that wrote it: later ones have greater numbers. */
  readonly run: number;
}

const pattern = /^<!-- trinity:(?<of>[a-z0-9 -]+) run:(?<run>\d+) -->(\r?\n|$)/;

/** A body with its mark. */
export function withMark({ of, run }: Mark, text: string): string {
  return `${markLine({ of, run })}${text}`;
}

/** The line itself, with its end. */
export function markLine({ of, run }: Mark): string {
  return `<!-- trinity:${of} run:${run} -->\n`;
}

/** The mark of a body; undefined when it has none. */
export function readMark(body: string | null | undefined): Mark | undefined {
  const { of, run } = pattern.exec(body ?? "")?.groups ?? {};
  return of === undefined ? undefined : { of, run: Number(run) };
}

/** This run's number; 0 outside of GitHub Actions. */
export function runNumber(environment: NodeJS.ProcessEnv = process.env): number {
  const { GITHUB_RUN_ID: run = "" } = environment;
  return /^\d+$/.test(run) ? Number(run) : 0;
}

/** Page of this run; undefined outside of GitHub Actions. */
export function runPage(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = environment;
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
}
