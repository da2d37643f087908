import { Command } from "commander";
import { pathFromUser } from "../../delivery/commands/common";
import { describeExitCodes, RefusedError } from "../../delivery/failure";
import { interruptible } from "../../delivery/interrupt";
import { InputError } from "../../infra/input-error";
import { z } from "zod";
import { type CommentOutcome, writeComment } from "../github/comment";
import { markLine, runNumber, runPage } from "../github/mark";
import { openJobRepository } from "../github/repository";
import { longestBody, renderComment } from "../preview/comment";
import { judge } from "../preview/judge";
import { previewSchema, readResults } from "../preview/result";

interface Flags {
  readonly previews: string;
  readonly pullRequest: number;
  readonly commit?: string;
  readonly expected?: readonly string[];
}

/** `npm run ci -- comment` */
export const commentCommand = new Command("comment")
  .description("tells a pull request what its previews found, in one comment, and judges them")
  .requiredOption("--previews <folder>", "what `preview` wrote, also in folders below", pathFromUser)
  .requiredOption("--pull-request <number>", "the pull request", readNumber)
  .option("--commit <sha>", "what was previewed: the pull request's newest commit", readCommit)
  .option("--expected <matrix>", "what `stacks` said: a stack without a preview is a fault", readMatrix)
  .addHelpText(
    "after",
    describeExitCodes({
      3: "a preview failed, a mandatory policy is broken, or something an environment stands on would be replaced or deleted",
    }),
  )
  .action((flags: Flags) => interruptible((signal) => comment(flags, signal)));

async function comment({ previews, pullRequest, commit, expected }: Flags, signal: AbortSignal): Promise<void> {
  const results = readResults(previews, previewSchema);
  const repository = await openJobRepository("write pull requests", signal, report);
  const { client, ask, repo } = repository;
  // As they are now: the event that began this run may be older than the label.
  const labels = await ask(`read the labels of #${pullRequest}`, () =>
    client.paginate(client.rest.issues.listLabelsOnIssue, { ...repo, issue_number: pullRequest, per_page: 100 }),
  );
  const judged = { results, expected, labels: labels.map(({ name }) => name) };
  const mark = { of: "preview", run: runNumber() };
  const limit = longestBody - Buffer.byteLength(markLine(mark));
  const text = renderComment(judged, { run: runPage(), commit }, limit);
  // Nobody has to read that nothing was touched, unless an earlier commit touched something.
  const create = results.length > 0 || (expected ?? []).length > 0;
  const outcome = await writeComment(repository, pullRequest, mark, text, create);
  process.stdout.write(`#${pullRequest}: ${told[outcome]}\n`);
  const reasons = judge(judged);
  if (reasons.length > 0) throw new RefusedError(reasons.join("\n"));
}

const told: Readonly<Record<CommentOutcome, string>> = {
  created: "comment created",
  updated: "comment updated",
  unchanged: "the comment says so already",
  newer: "the comment of a later run stays",
  none: "no stack is touched, so there is nothing to tell",
};

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

function readNumber(given: string): number {
  if (!/^[1-9]\d{0,9}$/.test(given)) throw new InputError(`--pull-request: "${given}" is no number of a pull request.`);
  return Number(given);
}

function readCommit(given: string): string {
  if (!/^[0-9a-f]{40}$/.test(given)) throw new InputError(`--commit: "${given}" is no commit, 40 hexadecimal digits.`);
  return given;
}

const matrixSchema = z.object({ include: z.array(z.object({ stack: z.string() })) });

function readMatrix(given: string): string[] {
  if (given === "") {
    throw new InputError(
      "--expected is empty: the job that finds the stacks failed or was cancelled, and its log says why. Run it again.",
    );
  }
  try {
    return matrixSchema.parse(JSON.parse(given)).include.map(({ stack }) => stack);
  } catch {
    throw new InputError(`--expected: "${given.slice(0, 200)}" is not what \`stacks --json\` prints.`);
  }
}
