import { load } from "js-yaml";
import { z } from "zod";
import { appSchema } from "../infra/apps";
import { environmentPattern } from "../infra/environment";
import { InputError } from "../infra/input-error";

/**
 * What a release must know of an app. Not all of `app.yaml`: that is read from the branch that Argo CD reads, which may be
 * of a newer platform than this command.
 */
const releasedApp = z.object({
  name: appSchema.shape.name,
  clouds: appSchema.shape.clouds,
  /** In the order of promotion. */
  environments: appSchema.shape.environments,
});

export type ReleasedApp = z.infer<typeof releasedApp>;

/** Checks what is to become part of paths and of requests. @throws InputError naming the value and the rule */
export function checkAppName(app: string): void {
  const name = appSchema.shape.name.safeParse(app);
  if (!name.success) throw new InputError(`"${app}" is no app's name: ${name.error.issues[0]?.message ?? ""}.`);
}

/** @throws as {@link checkAppName} */
export function checkEnvironment(env: string): void {
  if (!environmentPattern.test(env)) {
    throw new InputError(
      `"${env}" is no environment's name: 1 to 10 lower-case letters and digits, beginning with a letter.`,
    );
  }
}

/**
 * Reads an app's `app.yaml`.
 *
 * @param where the branch that it is on, for the error
 * @throws InputError
 */
export function readReleasedApp(app: string, text: string | undefined, where: string): ReleasedApp {
  const file = `apps/${app}/app.yaml`;
  if (text === undefined) {
    throw new InputError(`There is no ${file} on ${where}. Merge the app's folder first; then release it.`);
  }
  let value: unknown;
  try {
    value = load(text);
  } catch (error) {
    throw new InputError(
      `${file} on ${where} is no valid YAML: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const parsed = releasedApp.safeParse(value);
  if (!parsed.success) throw new InputError(`${file} on ${where} is not valid:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
