import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "js-yaml";
import { renderKubeconfig } from "../../../components/gcp/kubeconfig";

test("renderKubeconfig asks Google's plugin for credentials and holds none", () => {
  const text = renderKubeconfig({
    clusterName: "trinity-dev-gcp",
    endpoint: "https://198.18.0.7",
    certificateAuthority: "Y2VydGlmaWNhdGU=",
  });
  const kubeconfig = load(text) as {
    readonly users: readonly { readonly user: { readonly exec: Readonly<Record<string, unknown>> } }[];
  };
  assert.deepEqual(JSON.parse(text), kubeconfig, "JSON, which is YAML");
  assert.deepEqual(
    { ...kubeconfig, users: undefined },
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: "trinity-dev-gcp",
          cluster: { server: "https://198.18.0.7", "certificate-authority-data": "Y2VydGlmaWNhdGU=" },
        },
      ],
      users: undefined,
      contexts: [{ name: "trinity-dev-gcp", context: { cluster: "trinity-dev-gcp", user: "trinity-dev-gcp" } }],
      "current-context": "trinity-dev-gcp",
    },
  );
  const { installHint, ...exec } = kubeconfig.users[0]?.user.exec ?? {};
  assert.deepEqual(exec, {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "gke-gcloud-auth-plugin",
    provideClusterInfo: true,
  });
  assert.match(String(installHint), /gcloud components install gke-gcloud-auth-plugin/);
});
