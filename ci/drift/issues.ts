import { ignore } from "../../delivery/host/ask";
import { readMark, withMark } from "../github/mark";
import type { JobRepository } from "../github/repository";
import { fit } from "../preview/fit";
import { longestBody } from "../preview/comment";
import { code } from "../preview/markdown";
import type { DriftResult } from "./drift";

/** The label of the issues, by which they are found among all others. */
export const driftLabel = "drift";

/** What became of the issue of a stack. */
export type IssueOutcome = "opened" | "updated" | "unchanged" | "closed" | "none";

interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
}

/** What an issue says. @param run page of the run that found it */
export function renderDrift(
  { stack, steps }: DriftResult,
  run?: string,
): { readonly title: string; readonly text: string } {
  const where = run === undefined ? "the job's log" : `[the run](${run})`;
  const before = [
    `What the cloud holds is not what the state of ${code(stack)} says: somebody or something changed it.`,
    "",
    "- To keep a change: make it in Git too, and deploy.",
    `- To take it back: deploy ${code(stack)} again; \`pulumi up --refresh\` shows first what that changes.`,
    "",
    "This issue closes by itself when the two are the same again.",
    "",
  ];
  const lines = steps.map(({ change, name, type, properties }) =>
    change === "delete"
      ? `- **gone**: ${code(name)} ${code(type)}`
      : `- ${code(name)} ${code(type)}: ${properties.slice(0, 20).map(code).join(", ") || "another state"}`,
  );
  const section = {
    before,
    lines,
    after: [],
    omitted: (count: number) => `- … and ${count} more resources: see ${where}.`,
  };
  // Space for the mark.
  return { title: `Drift in ${stack}: ${steps.length} resources`, text: fit([section], longestBody - 200) };
}

/**
 * Brings the issue of a stack in line with what was found: opens one, changes it, or closes it when the drift is gone. Of
 * several, which runs at the same time may have opened, the oldest stays open.
 */
export async function writeDriftIssue(
  repository: JobRepository,
  drift: DriftResult,
  run: { readonly number: number; readonly page?: string },
): Promise<IssueOutcome> {
  const { client, ask, repo } = repository;
  const of = `drift ${drift.stack}`;
  const { title, text } = renderDrift(drift, run.page);
  const body = withMark({ of, run: run.number }, text);
  const close = async (number: number, why: string) => {
    const what = `close issue #${number}`;
    await ask(what, () => client.rest.issues.createComment({ ...repo, issue_number: number, body: why }));
    await ask(what, () => client.rest.issues.update({ ...repo, issue_number: number, state: "closed" }));
  };
  let [first, ...others] = await openIssues(repository, of);
  if (drift.steps.length === 0) {
    if (first === undefined) return "none";
    for (const { number } of [first, ...others]) await close(number, "The cloud and the state are the same again.");
    return "closed";
  }
  const opened = first === undefined;
  if (first === undefined) {
    await ensureLabel(repository);
    await ask("open an issue", () => client.rest.issues.create({ ...repo, title, body, labels: [driftLabel] }));
    [first, ...others] = await openIssues(repository, of);
  }
  for (const { number } of others) await close(number, `The same as #${String(first?.number)}.`);
  if (first === undefined || (first.body === body && first.title === title)) return opened ? "opened" : "unchanged";
  const { number } = first;
  await ask(`change issue #${number}`, () => client.rest.issues.update({ ...repo, issue_number: number, title, body }));
  return opened ? "opened" : "updated";
}

async function ensureLabel({ client, ask, repo }: JobRepository): Promise<void> {
  const label = { name: driftLabel, color: "d93f0b", description: "A cloud is not as its stack says" };
  await ask("make the label", () => client.rest.issues.createLabel({ ...repo, ...label })).catch(ignore(422));
}

/** The open ones of a stack, the oldest first. */
async function openIssues({ client, ask, repo, isOwn }: JobRepository, of: string): Promise<Issue[]> {
  const all = await ask("list the issues", () =>
    client.paginate(client.rest.issues.listForRepo, { ...repo, state: "open", labels: driftLabel, per_page: 100 }),
  );
  const found: Issue[] = [];
  for (const { number, title, body, user, pull_request } of all) {
    if (pull_request === undefined && readMark(body)?.of === of && (await isOwn(user))) {
      found.push({ number, title, body: body ?? "" });
    }
  }
  return found.sort((one, other) => one.number - other.number);
}
