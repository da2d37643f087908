import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { load } from "js-yaml";
import type { KubernetesApi } from "../../../rehearsal/clusters";
import { ensureManifests, type ManifestSource } from "../../../rehearsal/tools";
import { apply, type Manifest, until } from "./support";

/** Gives a cluster what Argo CD finds there once it is installed: custom resources, settings and a project. */
export async function prepareArgoCd(api: KubernetesApi): Promise<void> {
  await applyCustomResources(api, "argo-cd");
  const setting = (kind: string, name: string, contents: object): Manifest => ({
    apiVersion: "v1",
    kind,
    metadata: { name, namespace: "argocd", labels: { "app.kubernetes.io/part-of": "argocd" } },
    ...contents,
  });
  await apply(
    api,
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "argocd" } },
    setting("ConfigMap", "argocd-cm", { data: {} }),
    setting("ConfigMap", "argocd-rbac-cm", { data: {} }),
    setting("Secret", "argocd-secret", { stringData: { "server.secretkey": "only for tests" } }),
  );
  const everything = { group: "*", kind: "*" };
  const project: Manifest = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AppProject",
    metadata: { name: "default", namespace: "argocd" },
    spec: {
      sourceRepos: ["*"],
      destinations: [{ server: "*", namespace: "*" }],
      clusterResourceWhitelist: [everything],
    },
  };
  // A custom resource is served a moment after it was made.
  await until("the project is taken", () => apply(api, project).then(() => true), 30);
}

/** Gives a cluster what Argo Rollouts' controller finds there. */
export async function prepareRollouts(api: KubernetesApi): Promise<void> {
  await apply(api, { apiVersion: "v1", kind: "Namespace", metadata: { name: "argo-rollouts" } });
  await applyCustomResources(api, "argo-rollouts");
}

async function applyCustomResources(api: KubernetesApi, source: ManifestSource): Promise<void> {
  const folder = path.join(await ensureManifests(source), "crds");
  for (const file of (await readdir(folder)).filter((name) => name.endsWith("-crd.yaml"))) {
    const resource = load(await readFile(path.join(folder, file), "utf8")) as Manifest;
    // They are so large that a busy API server may not be done with one in the minute that it gives itself.
    await until(`${file} is taken`, () => apply(api, resource).then(() => true), 240);
  }
}
