import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import path from "node:path";
import { loadAll } from "js-yaml";
import { z } from "zod";
import type { Properties } from "../kernel/values";
import type { ClusterObject } from "./real-cluster";

/** The values of Argo CD's chart that others notice: what its templates make ConfigMaps and Secrets of. */
const argoCdValues = z.object({
  configs: z.object({
    cm: z.record(z.string(), z.union([z.string(), z.boolean()])).default({}),
    params: z.record(z.string(), z.union([z.string(), z.boolean()])).default({}),
    clusterCredentials: z
      .record(
        z.string(),
        z.object({
          server: z.string(),
          labels: z.record(z.string(), z.string()).default({}),
          annotations: z.record(z.string(), z.string()).default({}),
          config: z.record(z.string(), z.unknown()),
        }),
      )
      .default({}),
  }),
});

/**
 * What Argo CD's chart brings to a cluster, but for its workloads: those run as processes of this machine.
 *
 * Source: argoproj/argo-helm charts/argo-cd/templates/argocd-configs.
 *
 * @param kinds folder of Argo CD's custom resource definitions
 */
export function argoCdObjects(namespace: string, values: Properties, kinds: string): ClusterObject[] {
  const { configs } = argoCdValues.parse(values);
  const labels = { "app.kubernetes.io/part-of": "argocd" };
  const object = (kind: "ConfigMap" | "Secret", name: string, content: Properties, metadata: Properties = {}) => ({
    apiVersion: "v1",
    kind,
    metadata: { name, namespace, labels, ...metadata },
    ...content,
  });
  const texts = (values: Readonly<Record<string, string | boolean>>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
  return [
    ...definitions(kinds),
    object("ConfigMap", "argocd-cm", { data: texts(configs.cm) }),
    object("ConfigMap", "argocd-cmd-params-cm", { data: texts(configs.params) }),
    object("ConfigMap", "argocd-rbac-cm", { data: {} }),
    // Argo CD's server signs sessions with it; the chart leaves it to the server to make one.
    object("Secret", "argocd-secret", { stringData: { "server.secretkey": randomBytes(32).toString("base64") } }),
    ...Object.entries(configs.clusterCredentials).map(([name, { server, config, ...cluster }]) =>
      object(
        "Secret",
        `argocd-cluster-${name}`,
        { stringData: { name, server, config: JSON.stringify(config) } },
        {
          labels: { ...labels, ...cluster.labels, "argocd.argoproj.io/secret-type": "cluster" },
          annotations: cluster.annotations,
        },
      ),
    ),
  ];
}

/** Every custom resource definition in a folder. */
function definitions(folder: string): ClusterObject[] {
  return fs
    .readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .flatMap((file) => loadAll(fs.readFileSync(path.join(folder, file), "utf8")) as ClusterObject[])
    .filter((object) => object.kind === "CustomResourceDefinition");
}
