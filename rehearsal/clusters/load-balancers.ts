import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { ControlPlane } from "./control-plane";
import { type Forwarder, startForwarder } from "./forwarder";
import { addAddress, type ClusterNetwork, clusterNetwork } from "./node/network";

/** Time between two looks at the Services, in milliseconds. */
const interval = 500;

const servicesShape = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), namespace: z.string() }),
      spec: z.object({ ports: z.array(z.object({ port: z.number(), protocol: z.string().default("TCP") })) }),
      status: z.object({
        loadBalancer: z.object({ ingress: z.array(z.object({ ip: z.string().optional() })).optional() }),
      }),
    }),
  ),
});

type Service = z.infer<typeof servicesShape>["items"][number];

/** A Service's load balancer. */
interface Balancer {
  readonly address: string;
  /** One for each of the Service's ports. */
  readonly forwarders: Map<number, Forwarder>;
}

/** A cluster's load balancers. */
export interface LoadBalancers {
  stop(): Promise<void>;
}

/**
 * Plays a cloud's load balancers: every Service of the type LoadBalancer gets an address of its own on the cluster's
 * bridge, where its ports are forwarded to the ready pods, and which is written into its status. This machine and the
 * pods of all of a run's clusters reach it.
 *
 * @param options.folder of all clusters of this run
 * @param options.onFault told what went wrong; it is tried again
 */
export function startLoadBalancers(
  controlPlane: Pick<ControlPlane, "api" | "index">,
  options: { readonly folder: string; readonly onFault: (error: unknown) => void },
): LoadBalancers {
  const network = clusterNetwork(options.folder, controlPlane.index);
  const balancers = new Map<string, Balancer>();
  const end = new AbortController();
  const work = async () => {
    while (!end.signal.aborted) {
      await settle(controlPlane, network, balancers).catch((error: unknown) => {
        if (!end.signal.aborted) options.onFault(error);
      });
      await sleep(interval, undefined, { signal: end.signal }).catch(() => undefined);
    }
  };
  const working = work();
  return {
    stop: async () => {
      end.abort();
      await working;
      await Promise.all([...balancers.values()].map(closeBalancer));
    },
  };
}

/** Brings the load balancers to what the Services say. */
async function settle(
  { api }: Pick<ControlPlane, "api">,
  network: ClusterNetwork,
  balancers: Map<string, Balancer>,
): Promise<void> {
  const { items } = servicesShape.parse(await api.get("/api/v1/services?fieldSelector=spec.type%3DLoadBalancer"));
  const wanted = new Map(items.map((service) => [`${service.metadata.namespace}/${service.metadata.name}`, service]));
  for (const [key, balancer] of balancers) {
    if (wanted.has(key)) continue;
    balancers.delete(key);
    await closeBalancer(balancer);
  }
  for (const [key, service] of wanted) {
    const balancer = balancers.get(key) ?? { address: freeAddress(key, network, balancers), forwarders: new Map() };
    if (!balancers.has(key)) await addAddress(network, balancer.address);
    balancers.set(key, balancer);
    await settlePorts({ api }, service, balancer);
    if (service.status.loadBalancer.ingress?.[0]?.ip !== balancer.address) {
      const { name, namespace } = service.metadata;
      await api.apply(`/api/v1/namespaces/${namespace}/services/${name}/status`, {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name, namespace },
        status: { loadBalancer: { ingress: [{ ip: balancer.address }] } },
      });
    }
  }
}

async function settlePorts(
  { api }: Pick<ControlPlane, "api">,
  { metadata, spec }: Service,
  { address, forwarders }: Balancer,
): Promise<void> {
  const ports = new Set(spec.ports.filter(({ protocol }) => protocol === "TCP").map(({ port }) => port));
  for (const [port, forwarder] of forwarders) {
    if (ports.has(port)) continue;
    forwarders.delete(port);
    await forwarder.stop();
  }
  for (const port of ports) {
    if (forwarders.has(port)) continue;
    const service = { ...metadata, port };
    forwarders.set(port, await startForwarder(api, service, { host: address, port }));
  }
}

/**
 * The address of a Service's load balancer, known before there is one: by the Service's name, so that one that is made
 * anew has the address that it had. Where two fall on one address, the later takes the next.
 *
 * @param key `<namespace>/<name>`
 */
export function loadBalancerAddress(folder: string, index: number, key: string): string {
  return addresses(key, clusterNetwork(folder, index))[0] ?? "";
}

function addresses(key: string, network: ClusterNetwork): string[] {
  const first = createHash("sha256").update(key).digest().readUInt8();
  return Array.from({ length: 254 }, (_, at) => network.loadBalancer(1 + ((first + at) % 254)));
}

function freeAddress(key: string, network: ClusterNetwork, balancers: ReadonlyMap<string, Balancer>): string {
  const taken = new Set([...balancers.values()].map(({ address }) => address));
  const address = addresses(key, network).find((candidate) => !taken.has(candidate));
  if (address === undefined) throw new Error(`${key} gets no load balancer: a cluster has addresses for 254.`);
  return address;
}

async function closeBalancer({ forwarders }: Balancer): Promise<void> {
  await Promise.all([...forwarders.values()].map((forwarder) => forwarder.stop()));
}
