import { checkedName, nameRules } from "./name-rules";

/** What every name is made of. */
export interface NameSettings {
  /** `trinity:project`, for instance `trinity`. */
  readonly project: string;
  /** The environment: the part of the stack's name before the program, for instance `dev`. */
  readonly env: string;
  /** `trinity:azureProject`: replaces project and env in the name of the Azure registry, which is unique in all of Azure. @default project and env without hyphens */
  readonly azureProject?: string;
}

/** Names of the AWS stack's resources. @throws NameError */
export function awsNames(settings: NameSettings) {
  const base = `${settings.project}-${settings.env}-aws`;
  const madeOf = describe(settings);
  return {
    base,
    cluster: checkedName(nameRules.eksCluster, base, madeOf),
    controlPlaneRole: checkedName(nameRules.iamRole, `${base}-control-plane`, madeOf),
    nodeRole: checkedName(nameRules.iamRole, `${base}-nodes`, madeOf),
    /** What the node group's name begins with. */
    nodeGroup: checkedName(nameRules.eksNodeGroup, `${base}-nodes-group`, madeOf),
    rootApplication: `${base}-root`,
    repository: (app: string) => checkedName(nameRules.ecrRepository, `${base}-${app}`, `${madeOf}, app "${app}"`),
  };
}

/** Names of the Google Cloud stack's resources. @throws NameError */
export function gcpNames(settings: NameSettings) {
  const base = `${settings.project}-${settings.env}-gcp`;
  const madeOf = describe(settings);
  return {
    base,
    cluster: checkedName(nameRules.gkeCluster, base, madeOf),
    network: checkedName(nameRules.gcpNetwork, base, madeOf),
    nodeServiceAccount: checkedName(nameRules.gcpServiceAccount, `${base}-nodes`, madeOf),
    rootApplication: `${base}-root`,
    /** The repository; the image inside it has the app's own name. */
    repository: (app: string) =>
      checkedName(nameRules.artifactRegistryRepository, `${base}-${app}`, `${madeOf}, app "${app}"`),
  };
}

/** Names of the Azure stack's resources. @throws NameError */
export function azureNames(settings: NameSettings) {
  const base = `${settings.project}-${settings.env}-azure`;
  const madeOf = describe(settings);
  const azureProject = settings.azureProject ?? `${settings.project}${settings.env}`.replaceAll("-", "");
  return {
    base,
    resourceGroup: checkedName(nameRules.azureResourceGroup, base, madeOf),
    cluster: checkedName(nameRules.aksCluster, base, madeOf),
    dnsPrefix: checkedName(nameRules.aksDnsPrefix, base, madeOf),
    registry: checkedName(
      nameRules.azureRegistry,
      `${azureProject}azureacr`,
      settings.azureProject === undefined ? madeOf : `trinity:azureProject "${settings.azureProject}"`,
    ),
    rootApplication: `${base}-root`,
    /** One registry holds every app: the repository is the app's own name. */
    repository: (app: string) => app,
  };
}

function describe(settings: NameSettings): string {
  return `trinity:project "${settings.project}", env "${settings.env}"`;
}
