import { type CloudName, cloudNames } from "../../infra/clouds";
import { outsideImage } from "../../infra/commit";
import { platformPrograms, readStackName } from "../../infra/stack-name";

/** A stack as a job of a workflow's matrix sees it. */
export interface StackJob {
  readonly stack: string;
  readonly env: string;
  readonly program: string;
  readonly cloud: CloudName;
}

/** Programs that are no apps, each with its cloud: `aws`, `bootstrap-aws`, … */
const clouds: Readonly<Record<string, CloudName>> = Object.fromEntries(
  cloudNames.flatMap((cloud) => [
    [cloud, cloud],
    [`bootstrap-${cloud}`, cloud],
  ]),
);

const bootstrapPrograms = platformPrograms.filter((program) => program.startsWith("bootstrap-"));

/** What a change of a path means for programs. The first rule that fits counts; a path that none fits touches no stack. */
const rules: readonly { readonly path: RegExp; readonly programs: (part: string) => readonly string[] }[] = [
  // What every program is started and checked by.
  { path: /^(package\.json|package-lock\.json|Pulumi\.yaml|tsconfig\.json)$/, programs: () => platformPrograms },
  { path: /^(infra|policy)\//, programs: () => platformPrograms },
  // Apps have stacks of their own, which releases deploy.
  { path: /^components\/app\//, programs: () => [] },
  { path: /^components\/gitops\//, programs: () => cloudNames },
  { path: /^components\/access\//, programs: () => bootstrapPrograms },
  { path: /^components\/(aws|gcp|azure)\//, programs: (cloud) => [cloud, `bootstrap-${cloud}`] },
  { path: /^components\//, programs: () => platformPrograms },
  { path: /^stacks\/(?!Pulumi\.)([a-z-]+)\.ts$/, programs: (program) => [program] },
  // Each app has a repository in every cloud stack.
  { path: /^apps\/[^/]+\/app\.yaml$/, programs: () => cloudNames },
];

/** The stacks of clouds that settings files name, in order of name; those of apps are left out. */
export function stackJobs(stacks: readonly string[]): StackJob[] {
  return [...stacks].sort().flatMap((stack) => {
    const program = stack.slice(stack.indexOf("-") + 1);
    const cloud = clouds[program];
    return cloud === undefined ? [] : [{ ...readStackName(stack, []), cloud }];
  });
}

/**
 * The stacks that a change touches.
 *
 * @param paths what changed, from the repository's root, with `/`
 */
export function touchedStacks(paths: readonly string[], jobs: readonly StackJob[]): StackJob[] {
  return jobs.filter(({ stack, program }) =>
    paths.some((path) => path === `stacks/Pulumi.${stack}.yaml` || programsOf(path).includes(program)),
  );
}

function programsOf(path: string): readonly string[] {
  for (const rule of rules) {
    const match = rule.path.exec(path);
    if (match !== null) return rule.programs(match[1] ?? "");
  }
  return [];
}

/** The apps whose images a change touches, by the same paths as {@link outsideImage} leaves out of them. */
export function touchedApps(paths: readonly string[], apps: readonly string[]): string[] {
  return apps.filter((app) =>
    paths.some((path) => {
      const inside = path.startsWith(`apps/${app}/`) ? path.slice(`apps/${app}/`.length) : undefined;
      return inside !== undefined && !outsideImage.some((name) => inside === name || inside.startsWith(`${name}/`));
    }),
  );
}
