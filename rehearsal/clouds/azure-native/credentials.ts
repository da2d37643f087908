import { z } from "zod";
import { defineFunction } from "../kernel/definition";
import { existing, simulatedTenant } from "./arm";
import { clusterId, clusterType } from "./cluster";

/** What `az aks show` shows, as far as the platform reads it. */
export const getManagedCluster = defineFunction({
  token: "azure-native:containerservice:getManagedCluster",
  source: "Microsoft.ContainerService managedClusters get 2025-09-01",
  inputs: z.strictObject({ resourceGroupName: z.string(), resourceName: z.string() }),
  permission: "Microsoft.ContainerService/managedClusters/read",
  call: (inputs, { world, config }) => {
    const record = existing(world, clusterType, clusterId(config, inputs), "ResourceNotFound");
    return { ...record.inputs, ...record.outputs, id: record.id };
  },
});

/** The kubeconfig that Azure hands out for users; its login is a device code unless kubelogin converts it. */
export const listManagedClusterUserCredentials = defineFunction({
  token: "azure-native:containerservice:listManagedClusterUserCredentials",
  source: "Microsoft.ContainerService managedClusters listClusterUserCredential 2025-09-01",
  inputs: z.strictObject({
    resourceGroupName: z.string(),
    resourceName: z.string(),
    format: z.enum(["azure", "exec"]).optional(),
  }),
  permission: "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
  call: (inputs, { world, config }) => {
    const record = existing(world, clusterType, clusterId(config, inputs), "ResourceNotFound");
    const user = `clusterUser_${inputs.resourceGroupName}_${inputs.resourceName}`;
    const authority = Buffer.from(
      `-----BEGIN CERTIFICATE-----\n${Buffer.from(record.id).toString("base64")}\n-----END CERTIFICATE-----\n`,
    ).toString("base64");
    const kubeconfig = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${authority}
    server: https://${String(record.outputs.fqdn)}:443
  name: ${inputs.resourceName}
contexts:
- context:
    cluster: ${inputs.resourceName}
    user: ${user}
  name: ${inputs.resourceName}
current-context: ${inputs.resourceName}
kind: Config
preferences: {}
users:
- name: ${user}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - get-token
      - --environment
      - AzurePublicCloud
      - --server-id
      - 6dae42f8-4368-4678-94ff-3960e28e3630
      - --client-id
      - 80faf920-1908-4b52-b5ef-a8e7bedfc67a
      - --tenant-id
      - ${simulatedTenant}
      - --login
      - devicecode
      command: kubelogin
      env: null
      provideClusterInfo: false
`;
    return { kubeconfigs: [{ name: "clusterUser", value: Buffer.from(kubeconfig).toString("base64") }] };
  },
});
