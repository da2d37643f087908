import * as pulumi from "@pulumi/pulumi";
// Files instead of the package's index: 11 modules and 7 ms instead of 170 and about 150 ms, in every preview.
import { Cluster as GkeCluster } from "@pulumi/gcp/container/cluster";
import { NodePool } from "@pulumi/gcp/container/nodePool";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import type { Cluster as ClusterContract } from "../contracts";
import type { NodeCounts } from "../node-counts";
import { renderKubeconfig } from "./kubeconfig";
import { initialNodesPerZone } from "./node-counts";

export interface ClusterArgs {
  /** Name of the cluster in Google Cloud: up to 40 lower-case letters, digits and hyphens. */
  readonly clusterName: string;
  /** Id of the project. */
  readonly project: string;
  /** For instance `us-central1`: the control plane and the nodes are spread over its zones. */
  readonly region: string;
  /** Id of the VPC network. */
  readonly networkId: pulumi.Input<string>;
  /** Id of the subnetwork, in the same region. */
  readonly subnetworkId: pulumi.Input<string>;
  /** Names of the subnetwork's secondary ranges for pods and for services. */
  readonly podRange: pulumi.Input<string>;
  readonly serviceRange: pulumi.Input<string>;
  /** Minor version that the control plane has at least; the release channel upgrades it from there. */
  readonly kubernetesVersion: string;
  /** `RAPID`, `REGULAR`, `STABLE` or `EXTENDED`. */
  readonly releaseChannel: string;
  /** Account id of the nodes' own service account: 6 to 30 lower-case letters, digits and hyphens. */
  readonly nodeServiceAccountName: string;
  /** Compute Engine machine type. A change rolls through the nodes in place. */
  readonly nodeType: string;
  /** Nodes in all zones together. */
  readonly nodes: NodeCounts;
  /** Networks that may reach the API server's public address. */
  readonly apiServerCidrs: readonly string[];
  /**
   * True makes both Google and Pulumi refuse to delete or replace the cluster until an update has set it to false,
   * Pulumi already in the preview. What runs in the cluster is not protected.
   */
  readonly deletionProtection: boolean;
  /** Labels of the cluster and of its nodes' machines and disks. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The minimum that a node needs, for logs and metrics; reading images is granted per repository.
 * Source: cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster
 */
const nodeRole = "roles/container.defaultNodeServiceAccount";

/** A regional GKE Standard cluster with private nodes that run as a service account of their own. */
export class Cluster extends pulumi.ComponentResource implements ClusterContract {
  readonly clusterName: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  /** IAM member that the nodes are: `serviceAccount:…`. Known before the cluster is. */
  readonly nodeMember: pulumi.Output<string>;

  /** @throws pulumi.InputPropertyError for node counts that do not fit a regional cluster */
  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const initialNodeCount = initialNodesPerZone(args.nodes);
    // Nothing in here waits for the network but the cluster (docs/adr/0001-component-arguments-and-waiting.md).
    super("trinity:gcp:Cluster", name, {}, opts);

    const account = new Account(
      `${name}-node-account`,
      { accountId: args.nodeServiceAccountName, displayName: `Nodes of GKE cluster ${args.clusterName}` },
      { parent: this },
    );
    const accountRole = new IAMMember(
      `${name}-node-role`,
      { project: args.project, role: nodeRole, member: account.member },
      { parent: this },
    );

    const nodeConfig = {
      serviceAccount: account.email,
      // Access is decided by IAM; narrower scopes would only hide a grant that is there.
      oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
      shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
      workloadMetadataConfig: { mode: "GKE_METADATA" },
      resourceLabels: args.labels,
    };

    const cluster = new GkeCluster(
      `${name}-cluster`,
      {
        name: args.clusterName,
        location: args.region,
        network: args.networkId,
        subnetwork: args.subnetworkId,
        networkingMode: "VPC_NATIVE",
        ipAllocationPolicy: { clusterSecondaryRangeName: args.podRange, servicesSecondaryRangeName: args.serviceRange },
        datapathProvider: "ADVANCED_DATAPATH",
        privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: false },
        masterAuthorizedNetworksConfig: {
          cidrBlocks: args.apiServerCidrs.map((cidrBlock) => ({ cidrBlock })),
          gcpPublicCidrsAccessEnabled: false,
        },
        masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
        workloadIdentityConfig: { workloadPool: `${args.project}.svc.id.goog` },
        releaseChannel: { channel: args.releaseChannel },
        minMasterVersion: args.kubernetesVersion,
        enableShieldedNodes: true,
        resourceLabels: args.labels,
        // Said outright: the provider's default is true, which nothing but an update with false undoes.
        deletionProtection: args.deletionProtection,
        // A cluster must begin with a pool. An empty one starts no machine and costs nothing, while
        // removeDefaultNodePool would boot a node in each zone and delete it again before anything else goes on
        // (hashicorp/terraform-provider-google#773).
        nodePools: [
          {
            name: "default-pool",
            initialNodeCount: 0,
            management: { autoRepair: true, autoUpgrade: true },
            nodeConfig,
          },
        ],
      },
      // The provider lists every pool of the cluster there, and any difference would replace the cluster.
      { parent: this, ignoreChanges: ["nodePools"], protect: args.deletionProtection },
    );

    new NodePool(
      `${name}-nodes`,
      {
        cluster: cluster.name,
        location: args.region,
        initialNodeCount,
        autoscaling: {
          totalMinNodeCount: args.nodes.minimum,
          totalMaxNodeCount: args.nodes.maximum,
          locationPolicy: "BALANCED",
        },
        management: { autoRepair: true, autoUpgrade: true },
        nodeConfig: { ...nodeConfig, machineType: args.nodeType },
      },
      {
        parent: this,
        // The nodes' logs and metrics need the role from the first minute to the last.
        dependsOn: [accountRole],
        // Only the first count; the autoscaler's range is what may change.
        ignoreChanges: ["initialNodeCount"],
      },
    );

    this.clusterName = cluster.name;
    this.endpoint = pulumi.interpolate`https://${cluster.endpoint}`;
    this.kubeconfig = pulumi.secret(
      pulumi
        .all([cluster.name, this.endpoint, cluster.masterAuth.clusterCaCertificate])
        .apply(([clusterName, endpoint, certificateAuthority]) =>
          renderKubeconfig({ clusterName, endpoint, certificateAuthority }),
        ),
    );
    this.nodeMember = account.member;
    this.registerOutputs({
      clusterName: this.clusterName,
      endpoint: this.endpoint,
      kubeconfig: this.kubeconfig,
      nodeMember: this.nodeMember,
    });
  }
}
