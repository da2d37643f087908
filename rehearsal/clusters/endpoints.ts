import { z } from "zod";
import type { KubernetesApi } from "./api";

/** Where a connection can go. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

const serviceShape = z.object({
  spec: z.object({ ports: z.array(z.object({ name: z.string().default(""), port: z.number() })).default([]) }),
});

const slicesShape = z.object({
  items: z.array(
    z.object({
      ports: z
        .array(z.object({ name: z.string().default(""), port: z.number().optional() }))
        .nullish()
        .transform((ports) => ports ?? []),
      endpoints: z
        .array(
          z.object({
            addresses: z.array(z.string()),
            // No condition is as good as true (EndpointConditions, discovery.k8s.io/v1).
            conditions: z.object({ ready: z.boolean().default(true) }).default({ ready: true }),
          }),
        )
        .nullish()
        .transform((endpoints) => endpoints ?? []),
    }),
  ),
});

/**
 * The ready endpoints behind a Service's port, as its EndpointSlices say at this moment.
 *
 * @param port the Service's own, not its pods'
 * @returns none when nothing is ready
 * @throws ApiError when there is no such Service
 */
export async function readyEndpoints(
  api: KubernetesApi,
  namespace: string,
  service: string,
  port: number,
): Promise<Endpoint[]> {
  const labels = encodeURIComponent(`kubernetes.io/service-name=${service}`);
  const [found, slices] = await Promise.all([
    api.get(`/api/v1/namespaces/${namespace}/services/${service}`),
    api.get(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${labels}`),
  ]);
  const name = serviceShape.parse(found).spec.ports.find((candidate) => candidate.port === port)?.name;
  if (name === undefined) return [];
  return slicesShape.parse(slices).items.flatMap(({ ports, endpoints }) => {
    const target = ports.find((candidate) => candidate.name === name)?.port;
    const ready = endpoints.filter(({ conditions }) => conditions.ready).flatMap(({ addresses }) => addresses);
    return target === undefined ? [] : ready.map((host) => ({ host, port: target }));
  });
}
