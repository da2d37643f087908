import * as fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { repositoryRoot } from "../../rehearsal/paths";

/** Texts of a workflow that GitHub takes as they are, or that are expressions. */
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const texts = z.record(z.string(), scalar).default({});

/** A step: what of GitHub's syntax the workflows here use, and nothing else. */
const stepSchema = z.strictObject({
  id: z.string().optional(),
  name: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  with: texts,
  run: z.string().optional(),
  shell: z.literal("bash").optional(),
  env: texts,
});

const concurrencySchema = z.strictObject({ group: z.string(), "cancel-in-progress": z.boolean() });

const jobSchema = z.strictObject({
  name: z.string(),
  needs: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((needs) => [needs].flat()),
  if: z.string().optional(),
  "runs-on": z.literal("ubuntu-24.04"),
  "timeout-minutes": z.int(),
  environment: z.string().optional(),
  permissions: z.record(z.string(), z.enum(["read", "write"])),
  concurrency: concurrencySchema.optional(),
  strategy: z.strictObject({ "fail-fast": z.literal(false), matrix: z.string() }).optional(),
  env: texts,
  outputs: z.record(z.string(), z.string()).default({}),
  steps: z.array(stepSchema),
});

const inputSchema = z.strictObject({
  description: z.string(),
  type: z.enum(["string", "choice"]),
  options: z.array(z.string()).optional(),
  required: z.literal(true),
});

const onSchema = z.strictObject({
  push: z.strictObject({ branches: z.array(z.string()) }).optional(),
  pull_request: z.strictObject({ branches: z.array(z.string()), types: z.array(z.string()).optional() }).optional(),
  schedule: z.array(z.strictObject({ cron: z.string() })).optional(),
  workflow_dispatch: z
    .strictObject({ inputs: z.record(z.string(), inputSchema) })
    .nullable()
    .optional(),
});

const workflowSchema = z.strictObject({
  name: z.string(),
  on: onSchema,
  permissions: z.strictObject({}),
  concurrency: concurrencySchema,
  jobs: z.record(z.string(), jobSchema),
});

const actionSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  runs: z.strictObject({ using: z.literal("composite"), steps: z.array(stepSchema) }),
});

export type Step = z.infer<typeof stepSchema>;
export type Job = z.infer<typeof jobSchema>;
export type Workflow = z.infer<typeof workflowSchema>;
export type Action = z.infer<typeof actionSchema>;
export type EventName = keyof Workflow["on"];

const folder = path.join(repositoryRoot, ".github");

/** Names of the workflows: their files without `.yml`. */
export const workflowNames: readonly string[] = fs
  .readdirSync(path.join(folder, "workflows"))
  .map((file) => path.basename(file, ".yml"))
  .sort();

export const actionNames: readonly string[] = fs.readdirSync(path.join(folder, "actions")).sort();

/** Text of a file below .github. */
export function readText(...file: string[]): string {
  return fs.readFileSync(path.join(folder, ...file), "utf8");
}

/** @throws ZodError for syntax that no workflow here uses so far: the walk and the checks have to learn it first */
export function readWorkflow(name: string): Workflow {
  return parseWorkflow(readText("workflows", `${name}.yml`));
}

/** A workflow's text, by the same schema. */
export function parseWorkflow(text: string): Workflow {
  return workflowSchema.parse(parse(text));
}

/**
 * A composite action of this repository, by its folder.
 *
 * @param below the `.github` folder of another checkout of it
 */
export function readAction(name: string, below = folder): Action {
  return actionSchema.parse(parse(fs.readFileSync(path.join(below, "actions", name, "action.yml"), "utf8")));
}
