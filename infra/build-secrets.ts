import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { InputError } from "./input-error";

/** Where a secret of a build is found. */
export type SecretSource = { readonly file: string } | { readonly environment: string };

/**
 * Reads the secrets of a build.
 *
 * @param root what a relative path begins at; `~/` is the user's own folder
 * @param sources the setting `trinity:buildSecrets`: id of the secret to where it is
 * @throws InputError naming the setting, the secret and what to do; never the secret's value
 */
export function readBuildSecrets(
  root: string,
  sources: Readonly<Record<string, SecretSource>>,
  environment: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sources).map(([id, source]) => [
      id,
      "file" in source ? fromFile(root, id, source.file) : fromEnvironment(id, source.environment, environment),
    ]),
  );
}

function fromFile(root: string, id: string, name: string): string {
  const file = name.startsWith("~/") ? path.join(os.homedir(), name.slice(2)) : path.resolve(root, name);
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    throw new InputError(
      `trinity:buildSecrets.${id}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}). ` +
        `Put the secret there, or name another file with ` +
        `\`pulumi config set --path 'trinity:buildSecrets.${id}.file' <path>\`.`,
    );
  }
}

function fromEnvironment(id: string, name: string, environment: NodeJS.ProcessEnv): string {
  const value = environment[name];
  // CI systems hand in an empty one for a secret that they do not have.
  if (value === undefined || value === "") {
    throw new InputError(
      `trinity:buildSecrets.${id}: the environment variable ${name} is not set, or empty. Set it to the secret, or name a file ` +
        `instead: \`{file: <path>}\`.`,
    );
  }
  return value;
}
