/** The kubeconfig that @pulumi/eks makes, without a profile. */
export function generateKubeconfig(cluster: {
  readonly name: string;
  readonly endpoint: string;
  readonly region: string;
  readonly authority: string;
}) {
  return {
    apiVersion: "v1",
    clusters: [
      {
        cluster: { server: cluster.endpoint, "certificate-authority-data": cluster.authority },
        name: "kubernetes",
      },
    ],
    contexts: [{ context: { cluster: "kubernetes", user: "aws" }, name: "aws" }],
    "current-context": "aws",
    kind: "Config",
    users: [
      {
        name: "aws",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["--region", cluster.region, "eks", "get-token", "--cluster-name", cluster.name, "--output", "json"],
            env: [{ name: "KUBERNETES_EXEC_INFO", value: `{"apiVersion": "client.authentication.k8s.io/v1beta1"}` }],
          },
        },
      },
    ],
  };
}
