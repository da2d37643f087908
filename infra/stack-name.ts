import { appFolders } from "./apps";
import { cloudNames } from "./clouds";
import { environmentPattern } from "./environment";
import { InputError } from "./input-error";

/** Which program a stack runs, read from the stack's name `<env>-<program>`. */
export interface StackIdentity {
  /** The whole name, for instance `dev-aws`. */
  readonly stack: string;
  /** For instance `dev`. No hyphen, so that the rest is the program's name. */
  readonly env: string;
  /** `aws`, `gcp`, `azure`, `bootstrap-aws` and so on, or the name of an app. */
  readonly program: string;
}

/** Programs that are not apps, so no app may take their names: each cloud, and what CI logs in to it with. */
export const platformPrograms: readonly string[] = [...cloudNames, ...cloudNames.map((cloud) => `bootstrap-${cloud}`)];

/**
 * Reads a stack's name.
 *
 * @param apps names of the app folders. @default those of this repository
 * @throws InputError naming the stack, the rule and the known programs
 */
export function readStackName(stack: string, apps: readonly string[] = appFolders()): StackIdentity {
  const hyphen = stack.indexOf("-");
  const env = stack.slice(0, Math.max(hyphen, 0));
  const program = stack.slice(hyphen + 1);
  const known = [...platformPrograms, ...apps];
  if (hyphen < 1 || !environmentPattern.test(env)) {
    throw new InputError(
      `Stack "${stack}" has no environment: a stack is named <env>-<program>, the environment 1 to 10 lower-case ` +
        `letters and digits, for instance ${known.map((name) => `dev-${name}`).join(", ")}.`,
    );
  }
  if (!known.includes(program)) {
    throw new InputError(
      `Stack "${stack}" names the program "${program}", which does not exist. Known stacks of "${env}": ` +
        `${known.map((name) => `${env}-${name}`).join(", ")}. A new app is a folder apps/${program} with an app.yaml.`,
    );
  }
  return { stack, env, program };
}
