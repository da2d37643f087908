import { spawn } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import { type Job, readAction, type Step } from "../read";
import { play } from "./actions";
import { checkNames, layOut, readPairs } from "./command-files";
import { type Contexts, fill, fillAll, holds } from "./expressions";
import type { Outcome, Stage, WalkedJob, WalkedStep } from "./stage";

/** A job to run. */
export interface JobRun {
  readonly id: string;
  readonly job: Job;
  readonly stage: Stage;
  /** `github`, `inputs`, `vars`, `secrets`, `needs`, `matrix`. */
  readonly contexts: Contexts;
  /** What its environment holds that expressions do not: of the event, and of the issuer of tokens. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workspace: string;
  readonly signal: AbortSignal;
}

/** What of a job changes from step to step. */
interface State {
  readonly run: JobRun;
  /** The job's own, and what steps wrote to GITHUB_ENV. */
  readonly variables: Record<string, string>;
  readonly path: string[];
  readonly steps: Record<string, { readonly outputs: Readonly<Record<string, string>>; readonly outcome: Outcome }>;
  readonly masks: string[];
  readonly walked: WalkedStep[];
  status: "success" | "failure";
  count: number;
}

/** Runs the steps of a job, one after the other, as the runner does. */
export async function runJob(run: JobRun): Promise<WalkedJob> {
  const { id, job, contexts, workspace, stage } = run;
  fs.mkdirSync(workspace, { recursive: true });
  const { ACTIONS_ID_TOKEN_REQUEST_TOKEN: request = "" } = run.environment;
  const secrets = Object.values((contexts.secrets ?? {}) as Record<string, string>);
  const state: State = {
    run,
    variables: await fillAll(job.env, contexts),
    path: [],
    steps: {},
    masks: [stage.tokens.job, stage.tokens.app, request, ...secrets].filter((value) => value !== ""),
    walked: [],
    status: "success",
    count: 0,
  };
  for (const step of job.steps) await takeStep(state, step);
  const after = { ...contexts, steps: state.steps, env: state.variables };
  const outputs = await fillAll(job.outputs, after);
  checkUnmasked(state, [...Object.values(outputs), ...artifactsOf(stage)]);
  return { id, name: await fill(job.name, contexts), outcome: state.status, outputs, steps: state.walked };
}

async function takeStep(state: State, step: Step): Promise<void> {
  const contexts = { ...state.run.contexts, steps: state.steps, env: state.variables };
  const what = step.run ?? step.uses?.split("@")[0] ?? "";
  if (!(await holds(step.if, contexts, state.status))) {
    state.walked.push({ what, outcome: "skipped", log: "" });
    if (step.id !== undefined) state.steps[step.id] = { outputs: {}, outcome: "skipped" };
    return;
  }
  if (step.uses?.startsWith("./")) {
    // Of the commit that was checked out, as GitHub takes it.
    for (const inner of readAction(path.basename(step.uses), path.join(state.run.workspace, ".github")).runs.steps) {
      await takeStep(state, inner);
    }
    return;
  }
  const { outcome, log, outputs } = await (step.uses === undefined
    ? runCommand(state, step, contexts)
    : useAction(state, step.uses, step, contexts));
  if (outcome === "failure") state.status = "failure";
  if (step.id !== undefined) state.steps[step.id] = { outputs, outcome };
  state.walked.push({ what, outcome, log: masked(state, log) });
}

interface Taken {
  readonly outcome: Outcome;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
}

async function useAction(state: State, uses: string, step: Step, contexts: Contexts): Promise<Taken> {
  const given = await fillAll(step.with, contexts);
  try {
    const outputs = play(uses, { stage: state.run.stage, workspace: state.run.workspace, with: given });
    return { outcome: "success", log: "", outputs };
  } catch (error) {
    return { outcome: "failure", log: String(error), outputs: {} };
  }
}

async function runCommand(state: State, step: Step, contexts: Contexts): Promise<Taken> {
  const { run, masks } = state;
  if (step.run === "npm ci --ignore-scripts") {
    fs.symlinkSync(run.stage.packages, path.join(run.workspace, "node_modules"));
    return { outcome: "success", log: "", outputs: {} };
  }
  const temporary = path.join(path.dirname(run.workspace), "temp");
  const files = layOut(path.join(temporary, `step-${(state.count += 1)}`));
  const script = path.join(temporary, `step-${state.count}`, "script.sh");
  fs.writeFileSync(script, await fill(step.run ?? "", contexts));
  const { machine } = run.stage;
  const environment = {
    ...machine,
    ...run.environment,
    ...files,
    RUNNER_TEMP: temporary,
    GITHUB_WORKSPACE: run.workspace,
    ...state.variables,
    ...(await fillAll(step.env, contexts)),
    PATH: [...state.path, machine.PATH ?? ""].join(path.delimiter),
  };
  // What `run` without `shell` is started with, and with `shell: bash` (docs.github.com, "Workflow syntax", shell).
  const args = step.shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail", script] : ["-e", script];
  const { code, log } = await output("bash", args, run.workspace, environment, run.signal);
  masks.push(...[...log.matchAll(/^::add-mask::(.+)$/gm)].map(([, value = ""]) => value));
  const variables = readPairs(files.GITHUB_ENV);
  checkNames(variables);
  Object.assign(state.variables, variables);
  state.path.unshift(
    ...fs
      .readFileSync(files.GITHUB_PATH, "utf8")
      .split("\n")
      .filter((line) => line !== ""),
  );
  const outputs = readPairs(files.GITHUB_OUTPUT);
  checkUnmasked(state, [...Object.values(outputs), fs.readFileSync(files.GITHUB_STEP_SUMMARY, "utf8")]);
  return { outcome: code === 0 ? "success" : "failure", log, outputs };
}

/** Runs a command. @returns its exit code, and all that it printed */
function output(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ readonly code: number | null; readonly log: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, signal, stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (log += part.toString()));
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, log });
    });
  });
}

function masked({ masks }: State, log: string): string {
  const shown = log.replaceAll(/^::add-mask::.*\n/gm, "");
  return masks.reduce((text, mask) => text.replaceAll(mask, "***"), shown);
}

/** Outputs, summaries and artifacts are not masked for anyone: a secret in one of them is out. */
function checkUnmasked({ masks, run }: State, texts: readonly string[]): void {
  if (texts.some((text) => masks.some((mask) => text.includes(mask)))) {
    throw new Error(`${run.id}: a masked value is in an output, a summary or an artifact.`);
  }
}

function artifactsOf(stage: Stage): string[] {
  const folder = path.join(stage.folder, "artifacts");
  if (!fs.existsSync(folder)) return [];
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), "utf8"));
}
