import { readCloudSettings } from "../../delivery/settings";
import type { CloudName } from "../../infra/clouds";
import { awsNames, azureNames, gcpNames } from "../../infra/names";
import { repositoryRoot } from "../paths";
import { environment } from "../run/stacks";

/** A cluster that the settings ask for. */
export interface PlannedCluster {
  readonly cloud: CloudName;
  /** Its name in its cloud. */
  readonly name: string;
  /** The platform's repository, as the cloud's settings name it. */
  readonly repository: string;
}

const namesOf = { aws: awsNames, gcp: gcpNames, azure: azureNames } as const;

/** The clusters of some clouds, by the settings of the rehearsed environment. */
export function planClusters(clouds: readonly CloudName[]): PlannedCluster[] {
  return clouds.map((cloud) => {
    const { project, azureProject, gitops } = readCloudSettings(repositoryRoot, environment, cloud);
    const { cluster } = namesOf[cloud]({ project, env: environment, azureProject });
    return { cloud, name: cluster, repository: gitops.repository };
  });
}
