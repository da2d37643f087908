import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import { after, test } from "node:test";
import { startLoadBalancers, startNode, startServiceNetwork } from "../../../rehearsal/clusters";
import { bridgePrefix } from "../../../rehearsal/clusters/node/network";
import { commandOf, processIds } from "../../../rehearsal/processes/proc";
import { deployment, loadBalancerService, restrictedNamespace } from "./manifests";
import { apply, oneControlPlane, standInImage, until, workbench } from "./support";

test("a cluster runs a pod that answers, and leaves nothing when it stops", { timeout: 600_000 }, async (t) => {
  const bench = await workbench();
  const { registries, image, pullSecret } = await standInImage(bench);
  const plane = await oneControlPlane(bench);
  const { api } = plane;
  const node = await startNode(plane, { ...bench.clusters, index: 0, environment: registries.environment });
  const faults: unknown[] = [];
  const balancers = startLoadBalancers(plane, {
    folder: bench.clusters.folder,
    onFault: (fault) => faults.push(fault),
  });
  const services = await startServiceNetwork(plane, { "played.test": { host: "127.0.0.1", port: 1 } });
  after(async () => {
    await services.stop();
    await balancers.stop();
    await node.stop();
  });
  const app = { namespace: "test", name: "web", image, answer: "from a pod" };
  await apply(api, ...restrictedNamespace("test", pullSecret), deployment(app), loadBalancerService(app));

  let pod = "";
  await t.test("the pod becomes ready", async () => {
    pod = await until("the pod is ready", async () => {
      const list = (await api.get("/api/v1/namespaces/test/pods")) as { items: Pod[] };
      const ready = list.items.find(({ status }) =>
        status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
      );
      return ready?.metadata.name;
    });
  });

  await t.test("its log can be read", async () => {
    assert.equal(await api.text(`/api/v1/namespaces/test/pods/${pod}/log`), "listening\n");
  });

  await t.test("its load balancer's address answers", async () => {
    const address = await until("the Service has an address", async () => {
      const service = (await api.get("/api/v1/namespaces/test/services/web")) as Service;
      return service.status.loadBalancer.ingress?.[0]?.ip;
    });
    const answer = await until("the load balancer answers", async () => (await fetch(`http://${address}/`)).text());
    assert.equal(answer, "from a pod");
  });

  await t.test("processes reach the Service by its name, and no other host", async () => {
    assert.deepEqual(await throughProxy(services.address, "http://web.test.svc.cluster.local/"), [200, "from a pod"]);
    assert.equal((await throughProxy(services.address, "http://web.test.svc:81/"))[0], 503);
    assert.equal((await throughProxy(services.address, "http://absent.test.svc/"))[0], 404);
    assert.equal((await throughProxy(services.address, "http://example.com/"))[0], 403);
    assert.equal((await throughProxy(services.address, "http://played.test.svc/"))[0], 502);
  });

  await t.test("nothing is left", async () => {
    assert.deepEqual(faults, []);
    await services.stop();
    await balancers.stop();
    await node.stop();
    await plane.stop();
    const { folder } = bench.clusters;
    const processes = processIds().filter((id) => commandOf(id).some((word) => word.includes(folder)));
    assert.deepEqual(processes, []);
    assert.doesNotMatch(fs.readFileSync("/proc/mounts", "utf8"), new RegExp(folder));
    const devices = Object.keys(os.networkInterfaces()).filter((name) => name.startsWith(bridgePrefix(folder)));
    assert.deepEqual(devices, []);
    assert.deepEqual(fs.readdirSync(`${folder}/processes`), []);
  });
});

interface Pod {
  readonly metadata: { readonly name: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

interface Service {
  readonly status: { readonly loadBalancer: { readonly ingress?: readonly { readonly ip: string }[] } };
}

async function throughProxy(proxy: string, address: string): Promise<[number | undefined, string]> {
  return new Promise((resolve, reject) => {
    http
      .get(proxy, { path: address, headers: { host: new URL(address).host } }, (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (part: string) => (text += part));
        answer.once("end", () => {
          resolve([answer.statusCode, text]);
        });
      })
      .once("error", reject);
  });
}
