/**
 * What CI is, to a cloud: four identities for each environment and cloud, each with what one kind of job needs. None is an
 * administrator. This table decides who may be which; the bootstrap stacks make trust of it, and a test holds the
 * workflows to it.
 */
export const identityNames = ["preview", "deploy", "push", "rollout"] as const;

export type IdentityName = (typeof identityNames)[number];

/** The branch that deploys. */
export const mainBranch = "main";

/**
 * Where a job runs, as its token's subject says: a job with an environment is of that environment, whatever started it; else
 * one of a pull request is of the pull request, and any other of its branch.
 * Source: docs.github.com/actions/reference/security/oidc, "Example subject claims"
 */
export type Place =
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "pull-request" }
  | { readonly kind: "branch"; readonly name: string };

/** An identity, and the places whose jobs may be it. */
export interface Identity {
  readonly does: string;
  /** @param env the platform's environment, for instance `dev` */
  readonly places: (env: string) => readonly Place[];
}

export const identities: Readonly<Record<IdentityName, Identity>> = {
  preview: {
    does: "reads what the cloud stacks hold, and changes nothing: previews of pull requests, the nightly look for drift",
    places: () => [{ kind: "pull-request" }, { kind: "branch", name: mainBranch }],
  },
  deploy: {
    does: "makes, changes and deletes what the cloud stacks hold",
    places: (env) => [{ kind: "environment", name: env }],
  },
  push: {
    does: "writes images to the apps' repositories, and reads those of the environments before it",
    places: (env) => [{ kind: "environment", name: environmentNames(env).push }],
  },
  rollout: {
    does: "looks after the apps' rollouts in the cluster, and nothing else there or outside",
    places: (env) => [{ kind: "environment", name: environmentNames(env).rollout }],
  },
};

/** One value for each identity. */
export function perIdentity<Value>(value: (name: IdentityName) => Value): Record<IdentityName, Value> {
  return { preview: value("preview"), deploy: value("deploy"), push: value("push"), rollout: value("rollout") };
}

/**
 * GitHub's environments of one of the platform's. Each has rules of its own: whoever approves a deploy does not approve
 * every release.
 */
export function environmentNames(env: string) {
  return { deploy: env, push: `${env}-images`, rollout: `${env}-rollout` } as const;
}
