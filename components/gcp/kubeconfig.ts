/** What a client must know of a GKE cluster. */
export interface KubeconfigInput {
  readonly clusterName: string;
  /** `https://…` */
  readonly endpoint: string;
  /** PEM, base64. */
  readonly certificateAuthority: string;
}

const installHint =
  "Install gke-gcloud-auth-plugin: `gcloud components install gke-gcloud-auth-plugin`, or the package " +
  "google-cloud-cli-gke-gcloud-auth-plugin; see cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl";

/**
 * A kubeconfig (JSON, which is YAML) that gets a short-lived token from Google's own plugin. No token, account or
 * project is in it: on a laptop the plugin uses the login of gcloud, in CI the application default credentials.
 * The form is that of `gcloud container clusters get-credentials`.
 */
export function renderKubeconfig({ clusterName, endpoint, certificateAuthority }: KubeconfigInput): string {
  return JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        { name: clusterName, cluster: { server: endpoint, "certificate-authority-data": certificateAuthority } },
      ],
      users: [
        {
          name: clusterName,
          user: {
            exec: {
              apiVersion: "client.authentication.k8s.io/v1beta1",
              command: "gke-gcloud-auth-plugin",
              installHint,
              provideClusterInfo: true,
            },
          },
        },
      ],
      contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
      "current-context": clusterName,
    },
    undefined,
    2,
  );
}
