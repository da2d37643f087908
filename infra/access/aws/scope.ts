import { awsNames } from "../../names";
import type { Scope } from "./grants";

/** What the stack's settings say of where its identities may do anything. */
export interface ScopeSettings {
  readonly project: string;
  /** Name of the Pulumi project. */
  readonly pulumiProject: string;
  readonly env: string;
  readonly region: string;
  /** Environments whose images are copied from. */
  readonly promotesFrom: readonly string[];
}

/** What only AWS says. */
export type Account = Pick<Scope, "partition" | "account">;

/** The bucket for state, where one is made. */
export type State = Required<Pick<Scope, "stateBucket" | "stateKey">>;

export function scopeOf(settings: ScopeSettings, account: Account, state?: State): Scope {
  const { project, pulumiProject, env, region } = settings;
  const names = awsNames({ project, env });
  return {
    ...account,
    ...state,
    project,
    pulumiProject,
    env,
    region,
    cluster: names.cluster,
    controlPlaneRole: names.controlPlaneRole,
    nodeRole: names.nodeRole,
    promotedFrom: settings.promotesFrom.map((other) => awsNames({ project, env: other }).cluster),
  };
}

/** An account and a state whose names are as long as they can be, to measure policies with before anything is known. */
export const longest: Account & { readonly state: (bucket: (account: string) => string) => State } = {
  partition: "aws-us-gov",
  account: "0".repeat(12),
  state: (bucket) => ({
    stateBucket: bucket("0".repeat(12)),
    stateKey: `arn:aws-us-gov:kms:ap-southeast-1:${"0".repeat(12)}:key/${"0".repeat(36)}`,
  }),
};
