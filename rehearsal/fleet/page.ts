import { z } from "zod";
import type { ControlPlane } from "../clusters";

const service = z.object({
  status: z.object({ loadBalancer: z.object({ ingress: z.array(z.object({ ip: z.string() })).default([]) }) }),
});

/** Address of an app's load balancer in a cluster; undefined before it has one. */
export async function pageAddress({ api }: Pick<ControlPlane, "api">, app: string): Promise<string | undefined> {
  const found = await api.get(`/api/v1/namespaces/${app}/services/${app}`).catch(() => undefined);
  const ip = service.safeParse(found).data?.status.loadBalancer.ingress[0]?.ip;
  return ip === undefined ? undefined : `http://${ip}`;
}

/** A view that takes many tiles, so that each cloud gets some. */
const view = { re: "-0.7436", im: "0.1318", span: "0.01", width: "1280", height: "1024", iterations: "5000" };

/** Tiles of one picture by the cloud that painted them, as the app says. @throws Error when it does not answer so */
export async function paintedBy(address: string): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${address}/api/render?${new URLSearchParams({ format: "counts", ...view })}`, {
    signal: AbortSignal.timeout(30_000),
  });
  await answer.arrayBuffer();
  const painted = [...(answer.headers.get("x-painted-by") ?? "").matchAll(/(\w+);tiles=(\d+)/g)];
  if (!answer.ok || painted.length === 0) {
    throw new Error(`${address} answered ${answer.status} and does not say who painted`);
  }
  return new Map(painted.map(([, cloud = "", tiles]) => [cloud, Number(tiles)]));
}
