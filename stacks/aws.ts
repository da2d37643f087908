import { AddOns } from "../components/aws/add-ons";
import { ClusterMember } from "../components/aws/cluster-member";
import { EksCluster } from "../components/aws/cluster";
import { Network } from "../components/aws/network";
import { Nodes } from "../components/aws/nodes";
import { EcrRegistry } from "../components/aws/registry";
import { GitOps } from "../components/gitops";
import type { ClusterSubject } from "../components/gitops/cluster-access";
import { accessNames } from "../components/gitops/rule";
import { findApps } from "../infra/apps";
import { contractVersion } from "../infra/contract";
import { awsNames } from "../infra/names";
import type { StackProgram } from "../infra/program";
import { awsSettings } from "../infra/settings/aws";
import { readSettings } from "../infra/settings/read";

/** `<env>-aws`: a cluster on EKS, its image repositories on ECR, and Argo CD on the cluster. */
export const program: StackProgram = (identity) => {
  const settings = readSettings(awsSettings, identity);
  const apps = findApps().filter(({ clouds }) => clouds.includes("aws"));
  const { env } = identity;
  const names = awsNames({ project: settings["trinity:project"], env });
  const region = settings["aws:region"];
  const kubernetesVersion = settings["trinity:kubernetesVersion"];
  const nodeCounts = settings["trinity:nodes"];
  const gitops = settings["trinity:gitops"];
  const tags = { project: settings["trinity:project"], env, "managed-by": "pulumi" };

  const network = new Network(names.base, {
    region,
    cidr: settings["trinity:networkCidr"],
    natGateways: settings["trinity:natGateways"],
    tags,
  });
  const cluster = new EksCluster(names.base, {
    clusterName: names.cluster,
    roleName: names.controlPlaneRole,
    kubernetesVersion,
    region,
    vpcId: network.vpcId,
    subnetIds: network.privateSubnetIds,
    administrators: settings["trinity:clusterAdmins"],
    apiServerCidrs: settings["trinity:apiServerCidrs"],
    deletionProtection: settings["trinity:deletionProtection"],
    tags,
  });
  const nodes = new Nodes(`${names.base}-nodes`, {
    clusterName: cluster.clusterName,
    kubernetesVersion,
    subnetIds: network.routedSubnetIds,
    roleName: names.nodeRole,
    groupName: names.nodeGroup,
    instanceType: settings["trinity:nodeType"],
    minimum: nodeCounts.minimum,
    maximum: nodeCounts.maximum,
    tags,
  });
  new AddOns(names.base, { clusterName: cluster.clusterName, nodes: nodes.group, tags });

  const registry = new EcrRegistry(names.base, {
    region,
    repositories: Object.fromEntries(apps.map(({ name }) => [name, names.repository(name)])),
    deleteImages: !settings["trinity:deletionProtection"],
    tags,
  });

  /** A role as a group of the cluster's, whose members Kubernetes gives what they may. */
  const member = (identity: keyof typeof accessNames, principalArn: string | undefined): ClusterSubject | undefined => {
    if (principalArn === undefined) return undefined;
    const group = accessNames[identity];
    new ClusterMember(`${names.base}-${identity}`, {
      clusterName: cluster.clusterName,
      principalArn,
      groups: [group],
      tags,
    });
    return { kind: "Group", name: group };
  };

  const argoCd = new GitOps(
    names.base,
    {
      kubeconfig: cluster.kubeconfig,
      endpoint: cluster.endpoint,
      applicationName: names.rootApplication,
      cloud: "aws",
      env,
      repository: gitops.repository,
      revision: gitops.revision,
      path: gitops.path,
      rollout: member("rollout", settings["trinity:rolloutPrincipal"]),
      preview: member("preview", settings["trinity:previewPrincipal"]),
    },
    // Nodes to run on, and the access of whoever administers the cluster.
    { dependsOn: [nodes.group, cluster] },
  );

  return {
    version: contractVersion,
    cloud: "aws",
    env,
    region,
    cluster: { name: cluster.clusterName, endpoint: cluster.endpoint, kubernetesVersion },
    registry: { host: registry.host, repositories: registry.repositories },
    gitops: {
      namespace: argoCd.namespace,
      application: argoCd.application,
      repository: gitops.repository,
      revision: gitops.revision,
      path: gitops.path,
    },
    kubeconfig: cluster.kubeconfig,
  };
};
