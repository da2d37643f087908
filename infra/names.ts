import type { IdentityName } from "./access/identities";
import { checkedName, nameRules } from "./name-rules";

/** What every name is made of. */
export interface NameSettings {
  /** `trinity:project`, for instance `trinity`. */
  readonly project: string;
  /** The environment: the part of the stack's name before the program, for instance `dev`. */
  readonly env: string;
  /** `trinity:azureProject`: replaces project and env in names that are unique in all of Azure, such as the registry's. @default project and env without hyphens */
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

/** Names of what CI logs in to AWS with. @throws NameError */
export function awsBootstrapNames(settings: NameSettings) {
  const base = `${settings.project}-${settings.env}-ci`;
  const madeOf = describe(settings);
  return {
    base,
    role: (identity: string) => checkedName(nameRules.iamRole, `${base}-${identity}`, madeOf),
    policy: (identity: string, policy: string) =>
      checkedName(nameRules.iamPolicy, `${base}-${identity}-${policy}`, madeOf),
    /** Unique in all of AWS, and so with the account in it: 12 digits. */
    stateBucket: (account: string) =>
      checkedName(nameRules.s3Bucket, `${settings.project}-${settings.env}-state-${account}`, madeOf),
    stateKeyAlias: checkedName(nameRules.kmsAlias, `alias/${settings.project}-${settings.env}-state`, madeOf),
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
    /** What every repository's name begins with. */
    repositories: `${base}-`,
    /** The repository; the image inside it has the app's own name. */
    repository: (app: string) =>
      checkedName(nameRules.artifactRegistryRepository, `${base}-${app}`, `${madeOf}, app "${app}"`),
  };
}

/**
 * Names of what CI logs in to Google Cloud with.
 *
 * @param gcpProject id of the project: a bucket's name is unique in all of Google Cloud, and so is that id
 * @throws NameError
 */
export function gcpBootstrapNames(settings: NameSettings, gcpProject: string) {
  const base = `${settings.project}-${settings.env}`;
  const madeOf = describe(settings);
  return {
    base: `${base}-gcp-ci`,
    pool: checkedName(nameRules.workloadIdentityPool, `${base}-github`, madeOf),
    provider: "github",
    serviceAccount: (identity: IdentityName) =>
      checkedName(nameRules.gcpServiceAccount, `${base}-${identity}`, `${madeOf}, identity "${identity}"`),
    /** What a role's id begins with. */
    role: (identity: IdentityName, scope: string) =>
      checkedName(
        nameRules.googleCustomRole,
        `${settings.project.replaceAll("-", "_")}.${settings.env}.${identity}.${scope}`,
        `${madeOf}, identity "${identity}"`,
      ),
    stateBucket: checkedName(nameRules.googleBucket, `${gcpProject}-${base}-state`, `${madeOf}, gcp:project`),
    keyRing: checkedName(nameRules.googleKey, `${base}-state`, madeOf),
    key: "state",
  };
}

/** Names of the Azure stack's resources. @throws NameError */
export function azureNames(settings: NameSettings) {
  const base = `${settings.project}-${settings.env}-azure`;
  const madeOf = describe(settings);
  return {
    base,
    resourceGroup: checkedName(nameRules.azureResourceGroup, base, madeOf),
    cluster: checkedName(nameRules.aksCluster, base, madeOf),
    dnsPrefix: checkedName(nameRules.aksDnsPrefix, base, madeOf),
    registry: checkedName(nameRules.azureRegistry, `${azureProject(settings)}azureacr`, describeAzureProject(settings)),
    rootApplication: `${base}-root`,
    /** One registry holds every app: the repository is the app's own name. */
    repository: (app: string) => app,
  };
}

/** Names of what CI logs in to Azure with. @throws NameError */
export function azureBootstrapNames(settings: NameSettings) {
  const base = `${settings.project}-${settings.env}-ci`;
  const madeOf = describe(settings);
  const unique = `${azureProject(settings)}state`;
  return {
    base,
    resourceGroup: checkedName(nameRules.azureResourceGroup, `${settings.project}-${settings.env}-bootstrap`, madeOf),
    /** Also the name of its role, which is unique in the tenant. */
    identity: (identity: string) => checkedName(nameRules.managedIdentity, `${base}-${identity}`, madeOf),
    credential: (name: string) => checkedName(nameRules.federatedCredential, name, madeOf),
    /** Unique in the tenant. */
    stateRole: (identity: string) => checkedName(nameRules.managedIdentity, `${base}-${identity}-state`, madeOf),
    stateAccount: () => checkedName(nameRules.storageAccount, unique, describeAzureProject(settings)),
    stateVault: () => checkedName(nameRules.keyVault, unique, describeAzureProject(settings)),
  };
}

/** What names that are unique in all of Azure begin with. */
function azureProject(settings: NameSettings): string {
  return settings.azureProject ?? `${settings.project}${settings.env}`.replaceAll("-", "");
}

function describeAzureProject(settings: NameSettings): string {
  return settings.azureProject === undefined ? describe(settings) : `trinity:azureProject "${settings.azureProject}"`;
}

function describe(settings: NameSettings): string {
  return `trinity:project "${settings.project}", env "${settings.env}"`;
}
