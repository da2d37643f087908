import { GitOps } from "../../../components/gitops";
import { accessNames } from "../../../components/gitops/rule";
import { type RegisteredResource, runWithMocks } from "../../support/mocks";

/** Name of the root Application. */
export const application = "trinity-dev-aws-root";

const types = [
  "core/v1:Namespace",
  "helm.sh/v3:Release",
  "argoproj.io/v1alpha1:AppProject",
  "argoproj.io/v1alpha1:Application",
  ...["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"].map((kind) => `rbac.authorization.k8s.io/v1:${kind}`),
].map((type) => `kubernetes:${type}`);

/** What a stack makes in its cluster, with a group for each identity that it lets in. */
export async function objectsInCluster(): Promise<RegisteredResource[]> {
  const tables = {
    resources: Object.fromEntries(["pulumi:providers:kubernetes", ...types].map((type) => [type, () => ({})])),
  };
  const { resources } = await runWithMocks(
    tables,
    () =>
      new GitOps("trinity", {
        kubeconfig: "{}",
        endpoint: "https://example.com",
        applicationName: application,
        cloud: "aws",
        env: "dev",
        repository: "https://github.com/example/trinity.git",
        revision: "main",
        path: "gitops/root",
        preview: { kind: "Group", name: accessNames.preview },
        rollout: { kind: "Group", name: accessNames.rollout },
      }),
  );
  return resources.filter(({ type }) => type.startsWith("kubernetes:"));
}
