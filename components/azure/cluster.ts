import * as containerservice from "@pulumi/azure-native/containerservice";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import type * as inputs from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster as ClusterContract } from "../contracts";
import { checkClusterArgs, type ClusterArgs } from "./cluster-args";
import { buildKubeconfig, certificateAuthority } from "./kubeconfig";
import { clusterRanges } from "./network-plan";
import { assignRole } from "./role-assignment";

export type { ClusterArgs } from "./cluster-args";

/** Reaches everything: the same as no list of authorized ranges. */
const everywhere = "0.0.0.0/0";

/**
 * An AKS cluster in a subnet of one's own.
 *
 * Who administers: local accounts are off, and members of the Entra groups in `adminGroups` administer the cluster.
 * The deploy identity is in such a group, which AKS honours from the cluster's first second. A role assignment of
 * Azure Kubernetes Service RBAC Cluster Admin would do the same, but takes up to ten minutes to have an effect, while
 * Argo CD is installed at once; and it would name whoever ran the last `up`. Azure RBAC for Kubernetes is on besides,
 * so that others get less, for instance RBAC Reader for the preview identity.
 *
 * Whoever previews or deploys needs `Microsoft.ManagedIdentity/userAssignedIdentities/read`,
 * `Microsoft.ContainerService/managedClusters/read` (both in Reader) and `…/listClusterUserCredential/action` (Azure
 * Kubernetes Service Cluster User Role) once the two exist: every preview reads them.
 */
export class Cluster extends pulumi.ComponentResource implements ClusterContract {
  readonly clusterName: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  /** Object id of the identity that kubelets pull images with. AKS makes it together with the cluster. */
  readonly kubeletObjectId: pulumi.Output<string>;

  /** @throws pulumi.InputPropertyError for a value that AKS would refuse */
  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    checkClusterArgs(args);
    // The identity waits for the resource group alone (docs/adr/0001-component-arguments-and-waiting.md).
    super("trinity:azure:Cluster", name, {}, opts);
    const { resourceGroupName, location, tags } = args;

    // What the control plane acts as. A system-assigned identity would exist only with the cluster, too late to let it
    // join nodes to a subnet (learn.microsoft.com/azure/aks/configure-azure-cni, prerequisites).
    const identity = new managedidentity.UserAssignedIdentity(
      `${name}-control-plane`,
      { resourceGroupName, resourceName: pulumi.interpolate`${args.clusterName}-control-plane`, location, tags },
      { parent: this },
    );
    // Read, as what is read of the cluster below: else a preview of another tag would show the assignment replaced.
    const { principalId } = managedidentity.getUserAssignedIdentityOutput(
      { resourceGroupName, resourceName: identity.name },
      { parent: this },
    );
    const subnetAccess = assignRole(
      `${name}-subnet-access`,
      { scope: args.nodeSubnetId, role: "networkContributor", principalId },
      { parent: this },
    );
    const cluster = new containerservice.ManagedCluster(
      `${name}-cluster`,
      {
        resourceGroupName,
        resourceName: args.clusterName,
        location,
        dnsPrefix: args.dnsPrefix,
        kubernetesVersion: args.kubernetesVersion,
        sku: { name: "Base", tier: args.tier },
        identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
        agentPoolProfiles: [nodePool(args)],
        networkProfile: {
          networkPlugin: "azure",
          networkPluginMode: "overlay",
          networkDataplane: "cilium",
          networkPolicy: "cilium",
          loadBalancerSku: "standard",
          outboundType: "loadBalancer",
          podCidr: clusterRanges.pods,
          serviceCidr: clusterRanges.services,
          dnsServiceIP: clusterRanges.dns,
        },
        enableRBAC: true,
        disableLocalAccounts: true,
        aadProfile: { managed: true, enableAzureRBAC: true, adminGroupObjectIDs: [...args.adminGroups] },
        apiServerAccessProfile: authorizedRanges(args.apiServerCidrs),
        // Pods get Azure identities through federated credentials; the issuer cannot be switched off again.
        oidcIssuerProfile: { enabled: true },
        securityProfile: { workloadIdentity: { enabled: true } },
        // Patches of the chosen minor version, and weekly node images; never a minor version unasked.
        autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" },
        tags,
      },
      // The autoscaler owns the number of nodes. The assignment must be there before nodes join, and outlive them.
      { parent: this, dependsOn: [subnetAccess], ignoreChanges: ["agentPoolProfiles[0].count"] },
    );

    // Read, and not taken from the cluster's outputs: of those, a preview of any change of the cluster knows the name
    // alone (azure-native, provider.go, Update), and would replace the pull access and all that is in the cluster.
    const which = { resourceGroupName, resourceName: cluster.name };
    const known = containerservice.getManagedClusterOutput(which, { parent: this });
    // No other call of Azure's returns the certificate authority.
    const { kubeconfigs } = containerservice.listManagedClusterUserCredentialsOutput(
      { ...which, format: "exec" },
      { parent: this },
    );

    this.clusterName = cluster.name;
    this.endpoint = pulumi.interpolate`https://${known.fqdn}:443`;
    this.kubeletObjectId = known.apply(({ identityProfile }) => kubeletObjectId(identityProfile));
    this.kubeconfig = pulumi.secret(
      pulumi.all([cluster.name, this.endpoint, kubeconfigs]).apply(([clusterName, endpoint, [issued]]) =>
        buildKubeconfig({
          clusterName,
          endpoint,
          certificateAuthority: certificateAuthority(issued?.value ?? ""),
        }),
      ),
    );
    this.registerOutputs({
      clusterName: this.clusterName,
      endpoint: this.endpoint,
      kubeconfig: this.kubeconfig,
      kubeletObjectId: this.kubeletObjectId,
    });
  }
}

/** The one pool, for the cluster's own pods and the apps' alike. */
function nodePool(args: ClusterArgs): inputs.containerservice.ManagedClusterAgentPoolProfileArgs {
  return {
    // A pool's name is at most 12 lower-case letters and digits.
    name: "nodes",
    mode: "System",
    type: "VirtualMachineScaleSets",
    osType: "Linux",
    vmSize: args.nodeType,
    vnetSubnetID: args.nodeSubnetId,
    availabilityZones: [...args.zones],
    // Without it, only the control plane would go up with `kubernetesVersion`.
    orchestratorVersion: args.kubernetesVersion,
    enableAutoScaling: true,
    count: args.nodes.minimum,
    minCount: args.nodes.minimum,
    maxCount: args.nodes.maximum,
  };
}

/** No profile at all where everybody may reach the API server: AKS has no range for that. */
function authorizedRanges(
  cidrs: readonly string[],
): inputs.containerservice.ManagedClusterAPIServerAccessProfileArgs | undefined {
  return cidrs.includes(everywhere) ? undefined : { authorizedIPRanges: [...cidrs] };
}

/** @throws Error when AKS reports no kubelet identity */
function kubeletObjectId(profile: Readonly<Record<string, { readonly objectId?: string }>> | undefined): string {
  const objectId = profile?.kubeletidentity?.objectId;
  if (objectId === undefined) {
    throw new Error("AKS reports no kubelet identity for the cluster. Run `pulumi refresh`, then `pulumi up` again.");
  }
  return objectId;
}
