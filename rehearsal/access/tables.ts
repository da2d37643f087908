import { awsGrants } from "../../infra/access/aws";
import { stateGrants as awsState } from "../../infra/access/aws/state";
import { azureGrants } from "../../infra/access/azure/grants";
import { stateGrants as azureState } from "../../infra/access/azure/state";
import { gcpGrants, gcpScopes, gcpStateGrants } from "../../infra/access/gcp";
import type { Grant } from "../../infra/access/grant";
import type { IdentityName } from "../../infra/access/identities";
import type { CloudName } from "../../infra/clouds";
import { clusterRows } from "./cluster-tables";

/** A grant of any cloud, with what it holds for in words. */
export interface TableRow extends Grant {
  readonly on: string;
}

/** What an identity may do in a cloud, and beside that with the state, where a bucket of that cloud holds it. */
export interface AccessTable {
  readonly work: readonly TableRow[];
  readonly state: readonly TableRow[];
  /** Inside the cluster: the same in every cloud. */
  readonly cluster: readonly TableRow[];
}

const azureGroup = "the resource group of the environment's Azure stack";

/** The tables of all clouds in one form. */
export const accessTables: Readonly<Record<CloudName, (identity: IdentityName) => AccessTable>> = {
  aws: (identity) => ({
    work: awsGrants[identity].map(awsRow),
    state: awsState[identity].map(awsRow),
    cluster: clusterRows(identity),
  }),
  gcp: (identity) => ({
    work: gcpGrants[identity].map(gcpRow),
    state: gcpStateGrants[identity].map(gcpRow),
    cluster: clusterRows(identity),
  }),
  azure: (identity) => ({
    work: azureGrants[identity].map((grant) => ({ ...grant, on: azureGroup })),
    state: [
      ...azureState[identity].blobs.map((grant) => ({ ...grant, on: "the bucket's blobs" })),
      ...azureState[identity].key.map((grant) => ({ ...grant, on: "the key of the state's secrets" })),
    ],
    cluster: clusterRows(identity),
  }),
};

function awsRow(grant: (typeof awsGrants)[IdentityName][number]): TableRow {
  const { actions, because, resources, conditions, except } = grant;
  const limits = Object.entries(conditions ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => `${key} ${operator} ${values.join(", ")}`),
  );
  const parts = [resources.join(", "), ...(except === undefined ? [] : [`except ${except.join(", ")}`])];
  const on = limits.length === 0 ? parts.join(", ") : `${parts.join(", ")} where ${limits.join(" and ")}`;
  return { actions, because, on };
}

function gcpRow({ actions, because, on }: (typeof gcpGrants)[IdentityName][number]): TableRow {
  return { actions, because, on: gcpScopes[on] };
}
