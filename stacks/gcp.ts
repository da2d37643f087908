import { Cluster } from "../components/gcp/cluster";
import { Network } from "../components/gcp/network";
import { Registry } from "../components/gcp/registry";
import { GitOps } from "../components/gitops";
import { user } from "../components/gitops/cluster-access";
import { findApps } from "../infra/apps";
import { contractVersion } from "../infra/contract";
import { gcpNames } from "../infra/names";
import type { StackProgram } from "../infra/program";
import { gcpSettings } from "../infra/settings/gcp";
import { readSettings } from "../infra/settings/read";

/** `<env>-gcp`: a network, a GKE cluster, a repository for each app, and Argo CD. */
export const program: StackProgram = (identity) => {
  const settings = readSettings(gcpSettings, identity);
  const names = gcpNames({ project: settings["trinity:project"], env: identity.env });
  const region = settings["gcp:region"];
  const kubernetesVersion = settings["trinity:kubernetesVersion"];
  const { repository, revision, path } = settings["trinity:gitops"];
  const labels = { project: settings["trinity:project"], env: identity.env, "managed-by": "pulumi" };
  const apps = findApps().filter(({ clouds }) => clouds.includes("gcp"));

  const network = new Network(names.base, {
    networkName: names.network,
    region,
    networkCidr: settings["trinity:networkCidr"],
    maximumNodes: settings["trinity:nodes"].maximum,
  });

  const cluster = new Cluster(names.base, {
    clusterName: names.cluster,
    project: settings["gcp:project"],
    region,
    networkId: network.networkId,
    subnetworkId: network.subnetworkId,
    podRange: network.podRange,
    serviceRange: network.serviceRange,
    kubernetesVersion,
    releaseChannel: settings["trinity:releaseChannel"],
    nodeServiceAccountName: names.nodeServiceAccount,
    nodeType: settings["trinity:nodeType"],
    nodes: settings["trinity:nodes"],
    apiServerCidrs: settings["trinity:apiServerCidrs"],
    deletionProtection: settings["trinity:deletionProtection"],
    labels,
  });

  const registry = new Registry(names.base, {
    region,
    apps: apps.map(({ name }) => ({ app: name, repositoryName: names.repository(name) })),
    reader: cluster.nodeMember,
    deletionProtection: settings["trinity:deletionProtection"],
    labels,
  });

  const gitOps = new GitOps(
    names.base,
    {
      kubeconfig: cluster.kubeconfig,
      endpoint: cluster.endpoint,
      applicationName: names.rootApplication,
      cloud: "gcp",
      env: identity.env,
      repository,
      revision,
      path,
      // GKE knows a service account by its address ("Configure role-based access control", subjects).
      rollout: user(settings["trinity:rolloutPrincipal"]),
      preview: user(settings["trinity:previewPrincipal"]),
    },
    // What runs there needs nodes, their way out to public registries, and leave to pull.
    { dependsOn: [network, cluster, registry] },
  );

  return {
    version: contractVersion,
    cloud: "gcp",
    env: identity.env,
    region,
    cluster: { name: cluster.clusterName, endpoint: cluster.endpoint, kubernetesVersion },
    registry: { host: registry.host, repositories: registry.repositories },
    gitops: { namespace: gitOps.namespace, application: gitOps.application, repository, revision, path },
    kubeconfig: cluster.kubeconfig,
  };
};
