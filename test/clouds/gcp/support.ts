import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { provider as definition } from "../../../rehearsal/clouds/gcp/provider";
import { SimulatedProvider } from "../../../rehearsal/clouds/kernel/provider";
import type { Properties } from "../../../rehearsal/clouds/kernel/values";
import { temporaryWorld } from "../../support/simulation";

export const networkId = "projects/trinity-k8s/global/networks/net";
export const subnetworkId = "projects/trinity-k8s/regions/us-central1/subnetworks/sub";
export const email = "trinity-nodes@trinity-k8s.iam.gserviceaccount.com";
export const member = `serviceAccount:${email}`;
export const image = "us-central1-docker.pkg.dev/trinity-k8s/trinity-app/app";

/** Types by the names that the tests give them. */
const types = {
  network: "gcp:compute/network:Network",
  subnetwork: "gcp:compute/subnetwork:Subnetwork",
  router: "gcp:compute/router:Router",
  nat: "gcp:compute/routerNat:RouterNat",
  account: "gcp:serviceaccount/account:Account",
  projectMember: "gcp:projects/iAMMember:IAMMember",
  repositoryMember: "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
  accountMember: "gcp:serviceaccount/iAMMember:IAMMember",
  repository: "gcp:artifactregistry/repository:Repository",
  cluster: "gcp:container/cluster:Cluster",
  nodePool: "gcp:container/nodePool:NodePool",
  pool: "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
  provider: "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
  role: "gcp:projects/iAMCustomRole:IAMCustomRole",
  bucket: "gcp:storage/bucket:Bucket",
  keyRing: "gcp:kms/keyRing:KeyRing",
  key: "gcp:kms/cryptoKey:CryptoKey",
} as const;

export type Kind = keyof typeof types;

const nodeConfig = {
  serviceAccount: email,
  oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
  machineType: "e2-standard-2",
};

/** Inputs that the cloud accepts once what they name exists. */
export const valid: Readonly<Record<Kind, Properties>> = {
  network: { name: "net", autoCreateSubnetworks: false },
  subnetwork: {
    name: "sub",
    network: networkId,
    region: "us-central1",
    ipCidrRange: "10.0.0.0/20",
    secondaryIpRanges: [
      { rangeName: "pods", ipCidrRange: "10.8.0.0/13" },
      { rangeName: "services", ipCidrRange: "10.0.16.0/20" },
    ],
  },
  router: { name: "router", network: networkId, region: "us-central1" },
  nat: {
    name: "nat",
    router: "router",
    natIpAllocateOption: "AUTO_ONLY",
    sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
  },
  account: { accountId: "trinity-nodes" },
  projectMember: { project: "trinity-k8s", role: "roles/container.defaultNodeServiceAccount", member },
  repositoryMember: { repository: "trinity-app", role: "roles/artifactregistry.reader", member },
  accountMember: {
    serviceAccountId: `projects/trinity-k8s/serviceAccounts/${email}`,
    role: "roles/iam.workloadIdentityUser",
    member: "serviceAccount:trinity-k8s.svc.id.goog[argocd/argocd]",
  },
  repository: {
    repositoryId: "trinity-app",
    location: "us-central1",
    format: "DOCKER",
    dockerConfig: { immutableTags: true },
  },
  cluster: {
    name: "trinity",
    location: "us-central1",
    network: networkId,
    subnetwork: subnetworkId,
    ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
    workloadIdentityConfig: { workloadPool: "trinity-k8s.svc.id.goog" },
    releaseChannel: { channel: "REGULAR" },
    minMasterVersion: "1.34",
    deletionProtection: false,
    nodePools: [{ name: "default-pool", initialNodeCount: 0 }],
  },
  pool: { workloadIdentityPoolId: "trinity-dev-github", displayName: "GitHub Actions" },
  provider: {
    workloadIdentityPoolId: "trinity-dev-github",
    workloadIdentityPoolProviderId: "github",
    oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
    attributeMapping: { "google.subject": "assertion.sub" },
    attributeCondition: 'assertion.repository_id == "5678"',
  },
  role: { roleId: "trinity.dev.deploy", title: "Deploys", permissions: ["compute.networks.get"] },
  bucket: { name: "trinity-state", location: "us-central1" },
  keyRing: { name: "ring", location: "us-central1" },
  key: { name: "key", keyRing: "projects/trinity-k8s/locations/us-central1/keyRings/ring", rotationPeriod: "7776000s" },
  nodePool: { name: "nodes", cluster: "trinity", location: "us-central1", initialNodeCount: 1, nodeConfig },
};

/** What must exist before each kind. */
const before: Readonly<Partial<Record<Kind, readonly Kind[]>>> = {
  subnetwork: ["network"],
  router: ["network"],
  nat: ["network", "router"],
  projectMember: ["account"],
  repositoryMember: ["account", "repository"],
  accountMember: ["account", "network", "subnetwork", "cluster"],
  cluster: ["network", "subnetwork"],
  nodePool: ["network", "subnetwork", "account", "cluster"],
  provider: ["pool"],
  key: ["keyRing"],
};

/** The simulated Google Cloud in a world of the test's own. */
export function simulate(context: TestContext) {
  const world = temporaryWorld(context, "gcp");
  const provider = new SimulatedProvider(definition, "9.37.0", world.folder);
  provider.configure({ project: "trinity-k8s", region: "us-central1" });
  const urn = (kind: Kind, name = kind as string) => `urn:pulumi:dev::trinity::${types[kind]}::${name}`;
  const create = async (kind: Kind, changes: Properties = {}) => {
    const created = await provider.create(urn(kind), withoutUndefined({ ...valid[kind], ...changes }), false);
    await clockStep();
    return created;
  };
  return {
    world,
    provider,
    type: (kind: Kind) => types[kind],
    urn,
    create,
    /** Creates what must exist before a kind, and nothing else. */
    prepare: async (kind: Kind) => {
      for (const needed of before[kind] ?? []) {
        await create(needed);
      }
    },
    update: (kind: Kind, id: string, changes: Properties) =>
      provider.update(urn(kind), id, valid[kind], { ...valid[kind], ...changes }, false),
    remove: async (kind: Kind, id: string) => {
      await provider.delete(urn(kind), id);
      await clockStep();
    },
    /** Reasons for which the provider refuses the inputs at preview. */
    check: (kind: Kind, changes: Properties) =>
      provider
        .check(urn(kind), {}, withoutUndefined({ ...valid[kind], ...changes }), Buffer.from("seed"))
        .failures.map(({ property, reason }) => `${property}: ${reason}`),
    replaces: (kind: Kind, changes: Properties) =>
      provider.diff(urn(kind), valid[kind], { ...valid[kind], ...changes }).replaced,
    exists: (kind: Kind, id: string) => world.find(types[kind], id) !== undefined,
  };
}

/**
 * The machine's clock goes in steps of a millisecond, which at the tests' scale is longer than any operation: after one
 * step whatever was begun has ended.
 */
function clockStep(): Promise<void> {
  return setTimeout(2);
}

function withoutUndefined(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
