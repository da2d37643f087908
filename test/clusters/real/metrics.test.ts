import assert from "node:assert/strict";
import { test } from "node:test";
import { startMetricsServer, startNode } from "../../../rehearsal/clusters";
import { deployment, restrictedNamespace } from "./manifests";
import { apply, oneControlPlane, standInImage, until, workbench } from "./support";

test("an autoscaler knows how busy pods are", { timeout: 600_000 }, async () => {
  const bench = await workbench();
  const { registries, image, pullSecret } = await standInImage(bench);
  const plane = await oneControlPlane(bench);
  const { environment } = registries;
  const node = bench.keep(await startNode(plane, { ...bench.clusters, index: 0, environment }));
  bench.keep(await startMetricsServer(plane, { ...bench.clusters, address: node.address }));
  const app = { namespace: "test", name: "web", image, answer: "" };
  await apply(plane.api, ...restrictedNamespace("test", pullSecret), deployment(app), {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web", namespace: "test" },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
      maxReplicas: 2,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 90 } } },
      ],
    },
  });
  const path = "/apis/autoscaling/v2/namespaces/test/horizontalpodautoscalers/web";
  const active = await until("the autoscaler has metrics", async () => {
    const { status } = (await plane.api.get(path)) as Autoscaler;
    return status?.conditions?.find(({ type, status: is }) => type === "ScalingActive" && is === "True");
  });
  assert.equal(active.reason, "ValidMetricFound");
});

interface Autoscaler {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
  };
}
