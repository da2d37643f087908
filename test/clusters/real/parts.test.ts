import assert from "node:assert/strict";
import test from "node:test";
import { assertCanRunPods, whyNoPods } from "../../../rehearsal/clusters";
import { bridgePrefix, clusterNetwork } from "../../../rehearsal/clusters/node/network";

const able = {
  platform: "linux",
  uid: 0,
  path: ["/usr/bin"],
  exists: (file: string) => file.startsWith("/usr/bin/") || file === "/sys/fs/cgroup/cgroup.controllers",
} as const;

test("pods need Linux, root, control groups and a few commands, and all that is missing is told", () => {
  assert.deepEqual(whyNoPods(able), []);
  assert.deepEqual(whyNoPods({ ...able, exists: (file) => able.exists(file) && !file.endsWith("/ip") }), [
    "There is no ip on PATH (iproute2).",
  ]);
  assert.deepEqual(whyNoPods({ ...able, platform: "darwin" }), ["Containers run on Linux only; this is darwin."]);
  assert.throws(() => {
    assertCanRunPods({ ...able, uid: 1000, exists: (file) => file.startsWith("/usr/bin/") });
  }, /^Error: Pods cannot run on this machine:\n {2}- .*user 1000\.\n {2}- Control groups are not mounted/);
});

test("a run's clusters share no address, and two runs no bridge", () => {
  const [one, two] = [clusterNetwork("/one", 0), clusterNetwork("/one", 1)];
  const second = one.subnet.split(".")[1] ?? "";
  assert.equal(one.subnet, `10.${second}.0.0/20`);
  assert.equal(two.subnet, `10.${second}.16.0/20`);
  assert.deepEqual(
    [one.gateway, one.node(0), one.node(2), one.loadBalancer(7)],
    ["0.1", "0.1", "2.1", "15.7"].map((end) => `10.${second}.${end}`),
  );
  assert.deepEqual(one.pods(2), { first: `10.${second}.2.10`, last: `10.${second}.2.250` });
  assert.notEqual(one.bridge, two.bridge);
  assert.ok(one.bridge.startsWith(bridgePrefix("/one")));
  assert.ok(!one.bridge.startsWith(bridgePrefix("/two")));
  // Linux takes 15 bytes for a device's name.
  assert.ok(clusterNetwork("/one", 15).bridge.length <= 15);
});
