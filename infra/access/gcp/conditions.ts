import { platformPrograms } from "../../stack-name";
import { grantedProjectRoles, type GcpScope } from "./scopes";

/** A condition of a grant in Google's IAM. */
export interface GcpCondition {
  /** At most 100 characters. */
  readonly title: string;
  /** Common Expression Language, at most 12 logical operators. Source: cloud.google.com/iam/quotas */
  readonly expression: string;
}

export interface GcpConditionSettings {
  readonly env: string;
  /** Environments whose images this one's push identity reads. */
  readonly promotesFrom: readonly string[];
  readonly cluster: string;
  /** What the names of an environment's repositories begin with: `trinity-dev-gcp-`. */
  readonly repositories: (env: string) => string;
  readonly bucket: string;
  readonly keyRing: string;
  /** Name of the Pulumi project, which the state's objects are filed under. */
  readonly pulumiProject: string;
}

/**
 * The conditions under which a grant of a scope holds, on the project: one grant for each, and for none no grant at all.
 *
 * Names are taken out of `resource.name` (`extract`), since Google writes a project's id or number before them.
 * Sources: cloud.google.com/iam/docs/conditions-attribute-reference, conditions-resource-attributes and
 * setting-limits-on-granting-roles. Artifact Registry is not in the list of services there, but its repositories' names are
 * seen to be compared in conditions of public Terraform modules; where they were not, nobody could push.
 */
export function gcpConditions(scope: GcpScope, settings: GcpConditionSettings): readonly (GcpCondition | undefined)[] {
  switch (scope) {
    case "project":
      return [undefined];
    case "cluster":
      return [
        {
          title: `Only cluster ${settings.cluster}`,
          // The cluster itself, or a part of it.
          expression:
            `resource.name.endsWith("/clusters/${settings.cluster}") || ` +
            `resource.name.extract("/clusters/{cluster}/") == "${settings.cluster}"`,
        },
      ];
    case "images":
      return [repositoriesOf([settings.env], settings)];
    case "promoted":
      return settings.promotesFrom.length === 0 ? [] : [repositoriesOf(settings.promotesFrom, settings)];
    case "nodes":
      return [
        {
          title: "Only grants of the nodes' role",
          expression:
            "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', [])" +
            `.hasOnly([${grantedProjectRoles.map((role) => `'${role}'`).join(", ")}])`,
        },
      ];
    case "bucket":
      return [
        {
          title: `Only bucket ${settings.bucket}`,
          expression: `resource.name == "${bucketOf(settings)}" || ${inBucket(settings)}`,
        },
      ];
    case "key":
      return [
        {
          title: `Only keys of ${settings.keyRing}`,
          expression: `${extracted("/keyRings/{ring}/")} == "${settings.keyRing}"`,
        },
      ];
    case "stacks":
      return [
        {
          title: "No state of a bootstrap stack",
          expression:
            `${inBucket(settings)} && ` +
            `!${extracted(`/${settings.pulumiProject}/{stack}`)}.startsWith("${settings.env}-bootstrap-")`,
        },
      ];
    case "apps":
      // A stack's file is `stacks/<project>/<stack>.json`; its locks, history and backups are in folders of its name.
      return [
        appStacks("Only files of the apps' stacks", extracted(`/stacks/${settings.pulumiProject}/{stack}.`), settings),
        appStacks("Only folders of the apps' stacks", extracted(`/${settings.pulumiProject}/{stack}/`), settings),
      ];
  }
}

function repositoriesOf(envs: readonly string[], { repositories }: GcpConditionSettings): GcpCondition {
  const name = extracted("/repositories/{repository}");
  return {
    title: `Only repositories of ${envs.join(", ")}`.slice(0, 100),
    expression: envs.map((env) => `${name}.startsWith("${repositories(env)}")`).join(" || "),
  };
}

/** Stacks of the environment that are none of the platform's, so that a new app needs no administrator. */
function appStacks(title: string, stack: string, settings: GcpConditionSettings): GcpCondition {
  const { env } = settings;
  const others = platformPrograms.map((program) => `${stack} != "${env}-${program}"`);
  return { title, expression: [inBucket(settings), `${stack}.startsWith("${env}-")`, ...others].join(" && ") };
}

function bucketOf({ bucket }: GcpConditionSettings): string {
  return `projects/_/buckets/${bucket}`;
}

function inBucket(settings: GcpConditionSettings): string {
  return `resource.name.startsWith("${bucketOf(settings)}/objects/")`;
}

/** The part of the resource's name that stands in braces, or nothing. */
function extracted(template: string): string {
  return `resource.name.extract("${template}")`;
}
