import * as fs from "node:fs";
import * as path from "node:path";
import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { appSchema } from "../infra/apps";
import { type CloudName, cloudNames } from "../infra/clouds";
import { type AppOutputs, appOutputs, type CloudReference, contractVersion, readableOutputs } from "../infra/contract";
import { InputError } from "../infra/input-error";
import { checkAppName, checkEnvironment } from "./app-manifest";
import { run } from "./process";
import { checkTag } from "./tag";
import { findTool } from "./tools";

/** Where the outputs of a stack come from. */
export interface OutputSource {
  /** Folder that Pulumi is run in. */
  readonly root: string;
  /** Folder of files `<stack>.json`, read in place of asking Pulumi. */
  readonly folder?: string;
  readonly signal: AbortSignal;
}

/**
 * Reads an app stack's outputs from a file, or from standard input for `-`.
 *
 * @param signal ends the waiting for standard input
 * @throws InputError naming the file, what of it is wrong, and the rule
 */
export async function readAppOutputs(file: string, signal: AbortSignal): Promise<AppOutputs> {
  const contents = file === "-" ? await text(addAbortSignal(signal, process.stdin)) : readText(file, "an app's stack");
  return parseAppOutputs(file === "-" ? "standard input" : file, contents);
}

/** Asks Pulumi for the outputs of `<env>-<app>`. @throws as {@link readAppOutputs} */
export async function askAppOutputs(env: string, app: string, source: OutputSource): Promise<AppOutputs> {
  checkAppName(app);
  checkEnvironment(env);
  const stack = `${env}-${app}`;
  return parseAppOutputs(`outputs of stack ${stack}`, await stackOutputs(stack, source));
}

/**
 * Outputs of `<env>-<cloud>`, without the secret.
 *
 * @throws InputError naming the stack and what of them is wrong, or what is no environment
 */
export async function askCloudOutputs(env: string, cloud: CloudName, source: OutputSource): Promise<CloudReference> {
  checkEnvironment(env);
  const stack = `${env}-${cloud}`;
  const where = `outputs of stack ${stack}`;
  return checked(where, readableOutputs, parseJson(where, await stackOutputs(stack, source)));
}

/** The app's name becomes part of paths and of branches' names. */
const strictOutputs = z.strictObject({ ...appOutputs.shape, app: appSchema.shape.name });

/**
 * Checks an app stack's outputs: nothing but the contract's fields, one digest over all clouds, a tag that names a commit.
 *
 * @param where what they were read from, for errors
 */
export function parseAppOutputs(where: string, json: string): AppOutputs {
  const value = parseJson(where, json);
  // Refused and not only left out: whoever hands a secret to a release has handed it to too many already.
  refuseSecrets(where, value);
  const outputs = checked(where, strictOutputs, value);
  checkTag(outputs.tag, where);
  const images = Object.entries(outputs.images);
  if (images.length === 0) {
    throw new InputError(
      `${where}: \`images\` names no cloud (${cloudNames.join(", ")}), so there is nothing to release.`,
    );
  }
  for (const [cloud, image] of images) {
    const [repository, digest, ...rest] = image.split("@");
    if (!repository || rest.length > 0 || digest !== outputs.digest) {
      throw new InputError(
        `${where}: images.${cloud} is "${image}", but must be <repository>@${outputs.digest}: one digest over all clouds.`,
      );
    }
  }
  return outputs;
}

/** The part of `<repository>@<digest>` before the digest. */
export function repositoryOf(image: string): string {
  return image.slice(0, image.indexOf("@"));
}

async function stackOutputs(stack: string, { root, folder, signal }: OutputSource): Promise<string> {
  if (folder !== undefined) return readText(path.join(folder, `${stack}.json`), `stack ${stack}`);
  const args = ["stack", "output", "--json", "--non-interactive", "--stack", stack];
  const { code, stdout, stderr } = await run(findTool("pulumi"), args, { cwd: root, signal, seconds: 120 });
  if (code !== 0) throw new InputError(`\`pulumi ${args.join(" ")}\` failed: ${stderr.trim()}`);
  return stdout.toString("utf8");
}

/** @param of the stack whose outputs it has, for the error */
function readText(file: string, of: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    throw new InputError(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}). It is what ` +
        `\`pulumi stack output --json\` of ${of} prints.`,
    );
  }
}

function parseJson(where: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Not the parser's message, which quotes what it read.
    throw new InputError(
      `${where}: no JSON, or not all of it (${json.length} characters). Write it anew with \`pulumi stack output --json\`.`,
    );
  }
}

function checked<Schema extends z.ZodType>(where: string, schema: Schema, value: unknown): z.infer<Schema> {
  const version = (value as { readonly version?: unknown } | null)?.version;
  if (version !== undefined && version !== contractVersion) {
    throw new InputError(
      `${where}: version ${JSON.stringify(version)} of the output contract, but this release knows version ` +
        `${contractVersion}. Use the \`trinity\` of the commit that the stack was deployed from.`,
    );
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new InputError(
      `${where} does not fit the output contract (infra/contract.ts):\n${z.prettifyError(parsed.error)}`,
    );
  }
  return parsed.data;
}

/** Pulumi prints `[secret]` for a secret unless told `--show-secrets`. */
function refuseSecrets(where: string, value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    if (item === "[secret]" || /kubeconfig|password|secret|token|private_?key/i.test(key)) {
      throw new InputError(
        `${where}: \`${key}\` is a secret, or named like one. A release takes an app stack's outputs, which have none: ` +
          `check which stack they are of, and do not pass --show-secrets.`,
      );
    }
    refuseSecrets(where, item);
  }
}
