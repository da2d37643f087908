import { z } from "zod";
import type { IdentityName } from "../../infra/access/identities";
import type { CloudName } from "../../infra/clouds";
import { type BootstrapOutputs, bootstrapOutputs } from "../../infra/contract";
import { InputError } from "../../infra/input-error";

/** Outputs of one cloud's bootstrap stack. */
export type OutputsOf<Cloud extends CloudName> = Extract<BootstrapOutputs, { readonly cloud: Cloud }>;

/** What a job logs in as, in one cloud. */
export interface Login<Cloud extends CloudName> {
  readonly outputs: OutputsOf<Cloud>;
  readonly identity: IdentityName;
}

/** Variables of the repository, as a workflow hands them over: `GITHUB_VARIABLES: ${{ toJSON(vars) }}`. */
export type Variables = Readonly<Record<string, string>>;

/** @throws InputError when GITHUB_VARIABLES is missing or is not what `toJSON(vars)` makes */
export function readVariables({ GITHUB_VARIABLES: text }: NodeJS.ProcessEnv): Variables {
  const step = "Give the step `env: GITHUB_VARIABLES: ${{ toJSON(vars) }}`.";
  if (text === undefined || text === "") throw new InputError(`GITHUB_VARIABLES is not set. ${step}`);
  const parsed = z.record(z.string(), z.string()).safeParse(parseJson(text));
  if (!parsed.success) {
    throw new InputError(`GITHUB_VARIABLES is no JSON object of texts: ${z.prettifyError(parsed.error)}. ${step}`);
  }
  return parsed.data;
}

/** Name of the variable that holds a bootstrap stack's outputs: `TRINITY_DEV_AWS`. */
export function variableName(env: string, cloud: CloudName): string {
  return `TRINITY_${env}_${cloud}`.toUpperCase();
}

/** @throws InputError naming the variable, what of it is wrong, and the command that sets it */
export function readOutputs<Cloud extends CloudName>(
  variables: Variables,
  env: string,
  cloud: Cloud,
): OutputsOf<Cloud> {
  const name = variableName(env, cloud);
  const stack = `${env}-bootstrap-${cloud}`;
  const remedy = `Set it with \`pulumi stack output --json -s ${stack} | gh variable set ${name}\` (docs/first-run.md).`;
  const text = variables[name];
  if (text === undefined) throw new InputError(`The repository has no variable ${name}. ${remedy}`);
  const parsed = bootstrapOutputs.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new InputError(
      `Variable ${name} does not hold the outputs of ${stack}:\n${z.prettifyError(parsed.error)}\n${remedy}`,
    );
  }
  const outputs = parsed.data;
  if (!isOf(outputs, cloud) || outputs.env !== env) {
    throw new InputError(`Variable ${name} holds the outputs of ${outputs.env}-bootstrap-${outputs.cloud}. ${remedy}`);
  }
  return outputs;
}

/** Where an environment's state is, by `TRINITY_<ENV>_BACKEND`; undefined for Pulumi's own service. */
export function readBackend(variables: Variables, env: string): string | undefined {
  return variables[`TRINITY_${env}_BACKEND`.toUpperCase()];
}

const keepers: Readonly<Record<string, CloudName>> = { s3: "aws", gs: "gcp", azblob: "azure" };

/** The cloud that keeps the state, by the backend's scheme. */
export function backendCloud(backend: string): CloudName | undefined {
  return keepers[/^([a-z0-9]+):\/\//.exec(backend)?.[1] ?? ""];
}

function isOf<Cloud extends CloudName>(outputs: BootstrapOutputs, cloud: Cloud): outputs is OutputsOf<Cloud> {
  return outputs.cloud === cloud;
}

/** undefined for what is no JSON, which no schema takes. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
