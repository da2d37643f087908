import { load } from "js-yaml";

/**
 * Entra application of every AKS cluster's API server, the same in every tenant.
 * Source: Azure/kubelogin, "AKS AAD server"
 */
export const aksServerApplication = "6dae42f8-4368-4678-94ff-3960e28e3630";

/**
 * The certificate authority of a cluster, out of the kubeconfig that Azure hands out: no other call of Azure's returns
 * it.
 *
 * @param encoded base64, as `listClusterUserCredential` returns it
 * @returns base64 of the PEM text
 * @throws Error saying what Azure returned instead
 */
export function certificateAuthority(encoded: string): string {
  const document: unknown = load(Buffer.from(encoded, "base64").toString("utf8"));
  const clusters = member(document, "clusters");
  const first: unknown = Array.isArray(clusters) ? clusters[0] : undefined;
  const data = member(member(first, "cluster"), "certificate-authority-data");
  if (typeof data !== "string" || data === "") {
    throw new Error(
      "Azure returned a kubeconfig without certificate-authority-data. Look at the cluster's state with " +
        "`az aks show`, then run `pulumi up` again.",
    );
  }
  return data;
}

/**
 * A kubeconfig that works on a laptop and in CI alike: `kubelogin` gets a token from whoever is logged in to the Azure
 * CLI (`az login`, or azure/login in a workflow), without a device code, a profile or an account in it.
 *
 * @returns JSON, which every reader of YAML reads
 */
export function buildKubeconfig(cluster: {
  readonly clusterName: string;
  /** `https://…` */
  readonly endpoint: string;
  /** Base64 of the PEM text. */
  readonly certificateAuthority: string;
}): string {
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: cluster.clusterName,
        cluster: {
          server: cluster.endpoint,
          "certificate-authority-data": cluster.certificateAuthority,
        },
      },
    ],
    users: [
      {
        name: cluster.clusterName,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "kubelogin",
            args: ["get-token", "--login", "azurecli", "--server-id", aksServerApplication],
            interactiveMode: "Never",
            provideClusterInfo: false,
            installHint: "Install kubelogin: https://azure.github.io/kubelogin/install.html",
          },
        },
      },
    ],
    contexts: [{ name: cluster.clusterName, context: { cluster: cluster.clusterName, user: cluster.clusterName } }],
    "current-context": cluster.clusterName,
  };
  return JSON.stringify(kubeconfig, undefined, 2);
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
