import * as fs from "node:fs";
import path from "node:path";
import type { WorkflowJob } from "../../../rehearsal/github/oidc";
import type { Job, Workflow } from "../read";
import { type Contexts, fill, holds, valueOf } from "./expressions";
import { runJob } from "./job";
import type { Outcome, Stage, Trigger, WalkedJob } from "./stage";

/**
 * Goes through a workflow as GitHub does: jobs in the order that `needs` gives, conditions, matrices, one job after the
 * other. Not played: concurrency groups, approvals, timeouts, cancellation.
 *
 * @returns all jobs; those that a matrix makes each for itself
 */
export async function walk(
  workflow: Workflow,
  stage: Stage,
  trigger: Trigger,
  signal: AbortSignal,
): Promise<readonly WalkedJob[]> {
  const walked: WalkedJob[] = [];
  for (const id of inOrder(workflow)) {
    const job = workflow.jobs[id];
    if (job === undefined) throw new Error(`There is no job ${id}.`);
    walked.push(...(await walkJob({ id, job, workflow, stage, trigger, signal }, walked)));
  }
  return walked;
}

interface Walk {
  readonly id: string;
  readonly job: Job;
  readonly workflow: Workflow;
  readonly stage: Stage;
  readonly trigger: Trigger;
  readonly signal: AbortSignal;
}

async function walkJob(walk: Walk, before: readonly WalkedJob[]): Promise<readonly WalkedJob[]> {
  const { id, job, stage, trigger } = walk;
  const needed = job.needs.map((need) => [need, before.filter((one) => one.id === need)] as const);
  const needs = Object.fromEntries(
    needed.map(([need, jobs]) => [
      need,
      { result: resultOf(jobs), outputs: Object.assign({}, ...jobs.map((one) => one.outputs)) as object },
    ]),
  );
  const contexts = { github: githubContext(walk), needs, inputs: trigger.inputs ?? {}, vars: stage.variables };
  // A job whose needs were skipped is skipped as well, unless its condition says otherwise.
  const well = Object.values(needs).every(({ result }) => result === "success");
  if (!(await holds(job.if, contexts, well ? "success" : "failure"))) {
    return [{ id, name: job.name, outcome: "skipped", outputs: {}, steps: [] }];
  }
  const legs = await matrixOf(job, contexts);
  const walked: WalkedJob[] = [];
  for (const matrix of legs) {
    const environmentName = job.environment && (await fill(job.environment, { ...contexts, matrix }));
    const secrets = stage.secrets?.[environmentName ?? ""] ?? {};
    const folder = fs.mkdtempSync(path.join(stage.folder, `${id}-`));
    walked.push(
      await runJob({
        id,
        job,
        stage,
        contexts: { ...contexts, matrix, secrets },
        environment: environmentOf(walk, environmentName, folder),
        workspace: path.join(folder, "work"),
        signal: walk.signal,
      }),
    );
  }
  return walked;
}

async function matrixOf(job: Job, contexts: Contexts): Promise<readonly object[]> {
  if (job.strategy === undefined) return [{}];
  const { include } = (await valueOf(job.strategy.matrix, contexts)) as { readonly include: readonly object[] };
  if (include.length === 0) throw new Error(`${job.name}: Matrix vector 'include' does not contain any values`);
  return include;
}

function resultOf(jobs: readonly WalkedJob[]): Outcome {
  const outcomes = jobs.map(({ outcome }) => outcome);
  return outcomes.find((one) => one === "failure") ?? outcomes.find((one) => one === "skipped") ?? "success";
}

function githubContext({ workflow, stage, trigger }: Walk) {
  const { owner, name } = stage.repository;
  return {
    event_name: trigger.event,
    event: { ...trigger.payload, ...(trigger.inputs && { inputs: trigger.inputs }) },
    ref: trigger.ref,
    sha: stage.commit,
    repository: `${owner}/${name}`,
    repository_owner: owner,
    run_id: "4217",
    run_attempt: "1",
    workflow: workflow.name,
    token: stage.tokens.job,
    server_url: stage.github.server,
    api_url: stage.github.api,
  };
}

/** The runner's own variables. Source: docs.github.com, "Variables reference", default environment variables */
function environmentOf(walk: Walk, environment: string | undefined, folder: string): Record<string, string> {
  const { id, job, workflow, stage, trigger } = walk;
  const { owner, name } = stage.repository;
  const event = path.join(folder, "event.json");
  fs.writeFileSync(event, JSON.stringify(trigger.payload));
  const home = path.join(folder, "home");
  fs.mkdirSync(home);
  const workflowJob: WorkflowJob = {
    repository: stage.repository,
    subjects: "names",
    event: trigger.event,
    ref: trigger.ref,
    environment,
    workflow: `.github/workflows/${workflow.name}.yml`,
    fork: trigger.fork,
    mayRequestToken: job.permissions["id-token"] === "write",
  };
  return {
    CI: "true",
    HOME: home,
    GITHUB_ACTIONS: "true",
    GITHUB_API_URL: stage.github.api,
    GITHUB_EVENT_NAME: trigger.event,
    GITHUB_EVENT_PATH: event,
    GITHUB_JOB: id,
    GITHUB_REF: trigger.ref,
    GITHUB_REPOSITORY: `${owner}/${name}`,
    GITHUB_REPOSITORY_OWNER: owner,
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_RUN_ID: "4217",
    GITHUB_RUN_NUMBER: "12",
    GITHUB_SERVER_URL: stage.github.server,
    GITHUB_SHA: stage.commit,
    GITHUB_WORKFLOW: workflow.name,
    ...stage.issuer.environment(workflowJob, stage.jobTokens),
  };
}

/** Jobs, each after those that it needs. @throws Error for a need that is no job, or a circle */
function inOrder({ jobs }: Workflow): readonly string[] {
  const ordered: string[] = [];
  const visit = (id: string, asked: readonly string[]): void => {
    if (asked.includes(id)) throw new Error(`The jobs ${[...asked, id].join(", ")} need each other.`);
    if (!(id in jobs)) throw new Error(`${asked.at(-1) ?? ""} needs ${id}, which is no job.`);
    for (const need of jobs[id]?.needs ?? []) visit(need, [...asked, id]);
    if (!ordered.includes(id)) ordered.push(id);
  };
  for (const id of Object.keys(jobs)) visit(id, []);
  return ordered;
}
