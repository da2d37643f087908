import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { overlap } from "../../../rehearsal/clouds/gcp/ranges";
import { networkId, simulate, subnetworkId, valid } from "./support";

describe("simulated Google networks", () => {
  test("a network, subnetwork, router and NAT have the ids and links of the real ones", async (context) => {
    const cloud = simulate(context);
    const network = await cloud.create("network");
    assert.equal(network.id, networkId);
    assert.equal(network.properties.selfLink, `https://www.googleapis.com/compute/v1/${networkId}`);
    const subnetwork = await cloud.create("subnetwork");
    assert.equal(subnetwork.id, subnetworkId);
    assert.equal(subnetwork.properties.gatewayAddress, "10.0.0.1");
    assert.equal((await cloud.create("router")).id, "projects/trinity-k8s/regions/us-central1/routers/router");
    assert.equal((await cloud.create("nat")).id, "trinity-k8s/us-central1/router/nat");
  });

  test("names are checked before the cloud is asked", (context) => {
    const cloud = simulate(context);
    assert.deepEqual(cloud.check("network", {}), []);
    assert.match(cloud.check("network", { name: "Net" }).join(), /^name: must be 1 to 63 lower-case/);
    assert.match(cloud.check("network", { name: "a".repeat(64) }).join(), /^name: must be 1 to 63/);
    assert.match(cloud.check("nat", { name: "n" }).join(), /^name: /);
    assert.match(cloud.check("subnetwork", { ipCidrRange: "10.0.0.0" }).join(), /^ipCidrRange: /);
    assert.match(cloud.check("nat", { sourceSubnetworkIpRangesToNat: "ALL" }).join(), /^sourceSubnetwork/);
    assert.match(cloud.check("network", { cidr: "10.0.0.0/8" }).join(), /Unrecognized key/, "an unknown property");
  });

  test("a name that is left out gets the logical name, a hyphen and seven digits", (context) => {
    const cloud = simulate(context);
    const { inputs } = cloud.provider.check(cloud.urn("router", "base-router"), {}, {}, Buffer.from("seed"));
    assert.match(String(inputs.name), /^base-router-[0-9a-f]{7}$/);
  });

  test("a network's name is taken once", async (context) => {
    const cloud = simulate(context);
    await cloud.create("network");
    await assert.rejects(cloud.create("network"), /Error 409: alreadyExists: "trinity-k8s\/net" exists already/);
  });

  test("a subnetwork needs its network", async (context) => {
    await assert.rejects(simulate(context).create("subnetwork"), /Error 404: notFound/);
  });

  test("ranges must not overlap, in one subnetwork or in two of the same network", async (context) => {
    const cloud = simulate(context);
    await cloud.create("network");
    const overlapping = [{ rangeName: "pods", ipCidrRange: "10.0.8.0/24" }];
    await assert.rejects(
      cloud.create("subnetwork", { secondaryIpRanges: overlapping }),
      /Error 400: badRequest: Invalid IPCidrRange: 10\.0\.8\.0\/24 conflicts with existing subnetwork range 10\.0\.0\.0\/20/,
    );
    await cloud.create("subnetwork");
    await assert.rejects(
      cloud.create("subnetwork", { name: "other", ipCidrRange: "10.9.0.0/24", secondaryIpRanges: [] }),
      /10\.9\.0\.0\/24 conflicts with existing subnetwork range 10\.8\.0\.0\/13/,
    );
    await cloud.create("subnetwork", { name: "other", ipCidrRange: "10.1.0.0/24", secondaryIpRanges: [] });
  });

  test("a subnetwork may be updated without overlapping itself", async (context) => {
    const cloud = simulate(context);
    await cloud.create("network");
    const { id } = await cloud.create("subnetwork");
    await cloud.update("subnetwork", id, { privateIpGoogleAccess: true });
  });

  test("a network cannot go before what is in it", async (context) => {
    const cloud = simulate(context);
    await cloud.create("network");
    const subnetwork = await cloud.create("subnetwork");
    const router = await cloud.create("router");
    await assert.rejects(cloud.remove("network", networkId), /resourceInUseByAnotherResource.*Subnetwork/);
    await cloud.remove("subnetwork", subnetwork.id);
    await assert.rejects(cloud.remove("network", networkId), /resourceInUseByAnotherResource.*Router/);
    await cloud.remove("router", router.id);
    await cloud.remove("network", networkId);
    assert.deepEqual(cloud.world.list(), []);
  });

  test("a NAT needs its router, and goes with it", async (context) => {
    const cloud = simulate(context);
    await cloud.create("network");
    await assert.rejects(cloud.create("nat"), /Error 404: notFound/);
    const router = await cloud.create("router");
    const nat = await cloud.create("nat");
    await cloud.remove("router", router.id);
    assert.equal(cloud.exists("nat", nat.id), false);
  });

  test("a NAT with addresses of one's own must name them", async (context) => {
    const cloud = simulate(context);
    await cloud.prepare("nat");
    await assert.rejects(cloud.create("nat", { natIpAllocateOption: "MANUAL_ONLY" }), /needs natIps/);
  });

  test("what cannot change in place is replaced", (context) => {
    const cloud = simulate(context);
    assert.deepEqual(cloud.replaces("network", { autoCreateSubnetworks: true }), ["autoCreateSubnetworks"]);
    assert.deepEqual(cloud.replaces("network", { routingMode: "GLOBAL" }), []);
    assert.deepEqual(cloud.replaces("subnetwork", { ipCidrRange: "10.1.0.0/20" }), ["ipCidrRange"]);
    assert.deepEqual(cloud.replaces("subnetwork", { privateIpGoogleAccess: true }), []);
    assert.deepEqual(cloud.replaces("router", { region: "us-east1" }), ["region"]);
    assert.deepEqual(cloud.replaces("nat", { router: "other" }), ["router"]);
  });

  test("project and region are the provider's where a resource names none, and nothing else configures it", async (context) => {
    const cloud = simulate(context);
    await cloud.create("network");
    const { id } = await cloud.provider.create(cloud.urn("router"), { name: "r", network: networkId }, false);
    assert.equal(id, "projects/trinity-k8s/regions/us-central1/routers/r");
    assert.deepEqual(cloud.provider.checkConfig({ project: "trinity-k8s", region: "us-central1" }), []);
    assert.equal(cloud.provider.checkConfig({ project: "trinity-k8s" })[0]?.property, "region");
    assert.equal(
      cloud.provider.checkConfig({ project: "trinity-k8s", region: "us-central1-a" })[0]?.property,
      "region",
    );
    assert.match(
      cloud.provider.checkConfig({ project: "trinity-k8s", region: "us-central1", credential: "x" })[0]?.reason ?? "",
      /Unrecognized key/,
    );
  });

  test("a caller without the permission is refused", async (context) => {
    const cloud = simulate(context);
    cloud.world.set("caller", { allow: ["compute.networks.*"], deny: [] });
    await cloud.create("network");
    await assert.rejects(cloud.create("router"), /compute\.routers\.create/);
  });
});

test("overlap compares whole networks", () => {
  assert.equal(overlap("10.0.0.0/8", "10.255.255.255/32"), true);
  assert.equal(overlap("10.0.0.0/9", "10.128.0.0/9"), false);
  assert.equal(overlap(String(valid.subnetwork.ipCidrRange), "10.0.15.0/24"), true);
});
