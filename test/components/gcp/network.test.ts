import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Network } from "../../../components/gcp/network";
import { find, listOf, runWithMocks, unparented, valueOf } from "../../support/mocks";
import { gcpMocks, refusal } from "./support";

const args = { networkName: "trinity-dev-gcp", region: "us-central1", networkCidr: "10.16.0.0/12", maximumNodes: 6 };

describe("Network", () => {
  test("declares a network, one subnetwork with ranges for pods and services, and a NAT", async () => {
    const { result, resources } = await runWithMocks(gcpMocks, () => new Network("base", args));
    assert.deepEqual(listOf(resources), [
      "gcp:compute/network:Network base-network",
      "gcp:compute/router:Router base-router",
      "gcp:compute/routerNat:RouterNat base-nat",
      "gcp:compute/subnetwork:Subnetwork base-subnetwork",
      "trinity:gcp:Network base",
    ]);
    assert.deepEqual(unparented(resources), ["base"]);
    const network = "projects/trinity-k8s/global/networks/trinity-dev-gcp";
    assert.deepEqual(find(resources, "base-network").inputs, { name: "trinity-dev-gcp", autoCreateSubnetworks: false });
    assert.deepEqual(find(resources, "base-subnetwork").inputs, {
      network,
      region: "us-central1",
      ipCidrRange: "10.16.0.0/20",
      secondaryIpRanges: [
        { rangeName: "pods", ipCidrRange: "10.24.0.0/13" },
        { rangeName: "services", ipCidrRange: "10.16.16.0/20" },
      ],
      privateIpGoogleAccess: true,
    });
    assert.deepEqual(find(resources, "base-router").inputs, { network, region: "us-central1" });
    assert.deepEqual(find(resources, "base-nat").inputs, {
      router: "base-router-1a2b3c4",
      region: "us-central1",
      natIpAllocateOption: "AUTO_ONLY",
      sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
    });
    assert.equal(await valueOf(result.networkId), network);
    assert.equal(
      await valueOf(result.subnetworkId),
      "projects/trinity-k8s/regions/us-central1/subnetworks/base-subnetwork",
    );
    assert.equal(await valueOf(result.podRange), "pods");
    assert.equal(await valueOf(result.serviceRange), "services");
  });

  test("the subnetwork does not wait for the NAT", async () => {
    const { resources } = await runWithMocks(gcpMocks, () => new Network("base", args));
    assert.deepEqual(find(resources, "base-subnetwork").dependencies, ["base-network"]);
  });

  test("refuses a network that cannot be divided, before it declares anything", async () => {
    const { resources } = await runWithMocks(gcpMocks, () => {
      assert.throws(
        () => new Network("base", { ...args, networkCidr: "10.0.0.0/24" }),
        refusal("networkCidr", /\/8 to \/20/),
      );
    });
    assert.deepEqual(resources, []);
  });
});
