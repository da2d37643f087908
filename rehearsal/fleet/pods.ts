import { z } from "zod";
import type { CloudName } from "../../infra/clouds";
import type { ControlPlane } from "../clusters";

const podsShape = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
      spec: z.object({ nodeName: z.string().default(""), containers: z.array(z.object({ image: z.string() })) }),
      status: z.object({
        phase: z.string(),
        podIP: z.string().default(""),
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
        containerStatuses: z
          .array(z.object({ image: z.string(), imageID: z.string(), restartCount: z.number() }))
          .default([]),
      }),
    }),
  ),
});

/** A pod of an app, as its cluster tells of it. */
export interface RunningPod {
  readonly cloud: CloudName;
  readonly cluster: string;
  readonly name: string;
  readonly node: string;
  readonly address: string;
  readonly phase: string;
  readonly ready: boolean;
  readonly restarts: number;
  /**
   * What containerd says that it runs, for instance `sha256:…`; empty before it has the image. Of a played pod, what it is
   * to run.
   */
  readonly digest: string;
}

/**
 * Pods of an app in one cluster, but for those that are going.
 *
 * @param played whether its nodes are, so that no pod has an image
 */
export async function podsOf(
  plane: Pick<ControlPlane, "api" | "cloud" | "name">,
  app: string,
  played: boolean,
): Promise<RunningPod[]> {
  const answer = podsShape.parse(await plane.api.get(`/api/v1/namespaces/${app}/pods`));
  return answer.items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata, spec, status }) => ({
      cloud: plane.cloud,
      cluster: plane.name,
      name: metadata.name,
      node: spec.nodeName,
      address: status.podIP,
      phase: status.phase,
      ready: status.conditions.some(({ type, status: value }) => type === "Ready" && value === "True"),
      restarts: status.containerStatuses[0]?.restartCount ?? 0,
      digest: digestIn((played ? spec.containers[0]?.image : status.containerStatuses[0]?.imageID) ?? ""),
    }));
}

function digestIn(reference: string): string {
  return /sha256:[0-9a-f]{64}/.exec(reference)?.[0] ?? "";
}
