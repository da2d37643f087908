import { Cluster } from "../components/azure/cluster";
import { Foundation } from "../components/azure/foundation";
import { PullAccess } from "../components/azure/pull-access";
import { Registry } from "../components/azure/registry";
import { GitOps } from "../components/gitops";
import { user } from "../components/gitops/cluster-access";
import { findApps } from "../infra/apps";
import { contractVersion } from "../infra/contract";
import { azureNames } from "../infra/names";
import type { StackProgram } from "../infra/program";
import { azureSettings } from "../infra/settings/azure";
import { readSettings } from "../infra/settings/read";

/** `<env>-azure`: an AKS cluster, one registry for every app, pull access between the two, and Argo CD. */
export const program: StackProgram = (identity) => {
  const settings = readSettings(azureSettings, identity);
  const project = settings["trinity:project"];
  const { env } = identity;
  const names = azureNames({ project, env, azureProject: settings["trinity:azureProject"] });
  const location = settings["azure-native:location"];
  const kubernetesVersion = settings["trinity:kubernetesVersion"];
  const { repository, revision, path } = settings["trinity:gitops"];
  const protect = settings["trinity:deletionProtection"];
  const apps = findApps().filter(({ clouds }) => clouds.includes("azure"));
  const tags = { project, env, "managed-by": "pulumi" };

  const foundation = new Foundation(names.base, {
    resourceGroupName: names.resourceGroup,
    groupExists: settings["trinity:resourceGroup"] === "existing",
    location,
    addressSpace: settings["trinity:networkCidr"],
    tags,
  });
  const place = { resourceGroupName: foundation.resourceGroupName, location, tags };
  const registry = new Registry(
    names.base,
    {
      ...place,
      registryName: names.registry,
      sku: settings["trinity:registrySku"],
      repositories: Object.fromEntries(apps.map(({ name }) => [name, names.repository(name)])),
    },
    { protect },
  );
  const cluster = new Cluster(
    names.base,
    {
      ...place,
      clusterName: names.cluster,
      dnsPrefix: names.dnsPrefix,
      kubernetesVersion,
      nodeSubnetId: foundation.nodeSubnetId,
      nodeType: settings["trinity:nodeType"],
      nodes: settings["trinity:nodes"],
      zones: settings["trinity:zones"],
      adminGroups: settings["trinity:clusterAdmins"],
      apiServerCidrs: settings["trinity:apiServerCidrs"],
      tier: settings["trinity:clusterTier"],
    },
    { protect },
  );
  new PullAccess(names.base, { registryId: registry.registryId, kubeletObjectId: cluster.kubeletObjectId });

  // Argo CD's own images come from public registries, so that it need not wait for the pull access.
  const gitOps = new GitOps(names.base, {
    kubeconfig: cluster.kubeconfig,
    endpoint: cluster.endpoint,
    applicationName: names.rootApplication,
    cloud: "azure",
    env,
    repository,
    revision,
    path,
    // AKS knows a managed identity by its object id ("Use Kubernetes role-based access control with Microsoft Entra ID").
    rollout: user(settings["trinity:rolloutPrincipal"]),
    preview: user(settings["trinity:previewPrincipal"]),
  });

  return {
    version: contractVersion,
    cloud: "azure",
    env,
    region: location,
    cluster: { name: cluster.clusterName, endpoint: cluster.endpoint, kubernetesVersion },
    registry: { host: registry.host, repositories: registry.repositories },
    gitops: { namespace: gitOps.namespace, application: gitOps.application, repository, revision, path },
    kubeconfig: cluster.kubeconfig,
  };
};
