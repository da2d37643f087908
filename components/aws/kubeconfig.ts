/** What {@link eksKubeconfig} needs to know of a cluster. */
export interface EksAccess {
  readonly clusterName: string;
  /** Address of the API server: `https://…`. */
  readonly endpoint: string;
  /** Base64, as EKS gives it. */
  readonly certificateAuthority: string;
  readonly region: string;
}

/**
 * A kubeconfig that asks the AWS command for a token that lives 15 minutes. It names no profile, no account and no
 * role, so that it works wherever the command finds credentials: on a laptop and in CI.
 * Source: EKS user guide, "Connect kubectl to an EKS cluster by creating a kubeconfig file".
 */
export function eksKubeconfig(access: EksAccess): string {
  const { clusterName, region } = access;
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: clusterName,
        cluster: { server: access.endpoint, "certificate-authority-data": access.certificateAuthority },
      },
    ],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
    "current-context": clusterName,
    users: [
      {
        name: clusterName,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["eks", "get-token", "--cluster-name", clusterName, "--region", region, "--output", "json"],
            interactiveMode: "Never",
          },
        },
      },
    ],
  });
}
