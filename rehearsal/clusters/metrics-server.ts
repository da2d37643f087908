import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import type { ControlPlane } from "./control-plane";
import { acceptsTcp, freePort } from "../ports";
import { type ClusterOptions, eventually, startInOrder, startProgram, stopAll } from "./program";

/** Where clusters have it, by custom: https://github.com/kubernetes-sigs/metrics-server/tree/master/manifests */
const place = { name: "metrics-server", namespace: "kube-system" };

const apiService = "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io";

export interface MetricsServerOptions extends ClusterOptions {
  /** An address of this machine that is no loopback, which a Service may not lead to: a node's. */
  readonly address: string;
}

/**
 * Starts a cluster's metrics server as a process of this machine, and puts it behind the API server: autoscalers have
 * pods' use of processors and memory then. Ready when the API server takes it for available.
 */
export async function startMetricsServer(
  controlPlane: ControlPlane,
  options: MetricsServerOptions,
): Promise<{ stop(): Promise<void> }> {
  const { api, authority, certificate, folder, kubeconfig, name } = controlPlane;
  const { address } = options;
  const port = await freePort(address);
  const file = (suffix: string) => path.join(folder, `metrics-server${suffix}`);
  const serving = await authority.issue({ name: place.name, hosts: [`${place.name}.${place.namespace}.svc`] });
  writeFileSync(file(".crt"), serving.certificate);
  writeFileSync(file(".key"), serving.key, { mode: 0o600 });
  return startInOrder(async (started) => {
    started.push(
      await startProgram(options, {
        name: `${name}-metrics-server`,
        command: options.tools["metrics-server"],
        args: [
          `--kubeconfig=${kubeconfig}`,
          `--authentication-kubeconfig=${kubeconfig}`,
          `--authorization-kubeconfig=${kubeconfig}`,
          `--bind-address=${address}`,
          `--secure-port=${port}`,
          `--tls-cert-file=${file(".crt")}`,
          `--tls-private-key-file=${file(".key")}`,
          `--kubelet-certificate-authority=${path.join(folder, "ca.crt")}`,
          "--kubelet-preferred-address-types=InternalIP",
          "--metric-resolution=15s",
        ],
        ready: () => acceptsTcp(port, address),
      }),
    );
    for (const [object, manifest] of Object.entries(registration(address, port, certificate))) {
      await api.apply(object, manifest);
    }
    const problem = `${name}: the API server does not take its metrics server for available`;
    await eventually(options, problem, async () => isAvailable(await api.get(apiService)));
    return { stop: () => stopAll(started) };
  });
}

/** The objects that lead the API server to it, by path: a Service without selector, its endpoint, and the API. */
function registration(address: string, port: number, certificate: string): Readonly<Record<string, object>> {
  const { name, namespace } = place;
  return {
    [`/api/v1/namespaces/${namespace}/services/${name}`]: {
      apiVersion: "v1",
      kind: "Service",
      metadata: place,
      spec: { ports: [{ name: "https", port: 443, targetPort: port }] },
    },
    [`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices/${name}`]: {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { ...place, labels: { "kubernetes.io/service-name": name } },
      addressType: "IPv4",
      ports: [{ name: "https", port, protocol: "TCP" }],
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    },
    [apiService]: {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1beta1.metrics.k8s.io" },
      spec: {
        group: "metrics.k8s.io",
        version: "v1beta1",
        service: { name, namespace },
        caBundle: Buffer.from(certificate).toString("base64"),
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    },
  };
}

const apiServiceShape = z.object({
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) }).optional(),
});

function isAvailable(found: unknown): boolean {
  const conditions = apiServiceShape.parse(found).status?.conditions ?? [];
  return conditions.some(({ type, status }) => type === "Available" && status === "True");
}
