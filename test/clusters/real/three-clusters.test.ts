import assert from "node:assert/strict";
import { test } from "node:test";
import { cloudNames } from "../../../infra/clouds";
import { startLoadBalancers, startNode } from "../../../rehearsal/clusters";
import { deployment, loadBalancerService, podTemplate, restrictedNamespace } from "./manifests";
import { apply, controlPlanes, standInImage, until, workbench } from "./support";

test("a pod of one cluster reaches a load balancer of another", { timeout: 600_000 }, async (t) => {
  const bench = await workbench();
  const { registries, image, pullSecret } = await standInImage(bench);
  const begin = performance.now();
  const planes = await controlPlanes(bench, cloudNames);
  const { environment } = registries;
  const nodes = await Promise.all(
    planes.map((plane) => startNode(plane, { ...bench.clusters, index: 0, environment })),
  );
  for (const node of nodes) bench.keep(node);
  t.diagnostic(`three clusters were ready after ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  const [serving, , asking] = planes;
  assert.ok(serving !== undefined && asking !== undefined);
  const onFault = (fault: unknown) => {
    t.diagnostic(String(fault));
  };
  bench.keep(startLoadBalancers(serving, { folder: bench.clusters.folder, onFault }));
  const app = { namespace: "test", name: "web", image, answer: "from another cluster" };
  for (const { api } of [serving, asking]) await apply(api, ...restrictedNamespace("test", pullSecret));
  await apply(serving.api, deployment(app), loadBalancerService(app));
  const address = await until("the Service has an address that answers", async () => {
    const service = (await serving.api.get("/api/v1/namespaces/test/services/web")) as Service;
    const ip = service.status.loadBalancer.ingress?.[0]?.ip;
    return (await fetch(`http://${ip}/`)).ok ? ip : undefined;
  });
  const program = `fetch("http://${address}/").then((answer) => answer.text()).then(console.log)`;
  const { spec } = podTemplate({ ...app, answer: "" });
  const [container] = spec.containers;
  const ask = { ...container, args: ["-e", program], readinessProbe: undefined };
  await apply(asking.api, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "ask", namespace: "test" },
    spec: { ...spec, restartPolicy: "Never", containers: [ask] },
  });
  const log = await until("the pod has an answer", async () => {
    const text = await asking.api.text("/api/v1/namespaces/test/pods/ask/log");
    return text === "" ? undefined : text;
  });
  assert.equal(log, "from another cluster\n");
});

interface Service {
  readonly status: { readonly loadBalancer: { readonly ingress?: readonly { readonly ip: string }[] } };
}
