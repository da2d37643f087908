import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { azureSettings } from "../../../infra/settings/azure";
import { readSettings } from "../../../infra/settings/read";

const required = {
  "trinity:project": "trinity",
  "azure-native:location": "eastus",
  "trinity:gitops": '{"repository":"https://github.com/example/trinity.git"}',
  "trinity:clusterAdmins": '["00000000-0000-4000-8000-000000000001"]',
};

function read(changes: Record<string, string | undefined> = {}) {
  const config = Object.fromEntries(
    Object.entries<string | undefined>({ ...required, ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  return readSettings(azureSettings, { stack: "dev-azure", env: "dev", program: "azure" }, config);
}

describe("Azure settings", () => {
  test("defaults fill what is left out", () => {
    const settings = read();
    assert.equal(settings["trinity:nodeType"], "Standard_D4s_v5");
    assert.equal(settings["trinity:kubernetesVersion"], "1.35");
    assert.deepEqual(settings["trinity:nodes"], { minimum: 2, maximum: 6 });
    assert.deepEqual(settings["trinity:zones"], ["1", "2", "3"]);
    assert.deepEqual(settings["trinity:apiServerCidrs"], ["0.0.0.0/0"]);
    assert.equal(settings["trinity:networkCidr"], "10.240.0.0/16");
    assert.equal(settings["trinity:registrySku"], "Standard");
    assert.equal(settings["trinity:clusterTier"], "Free");
    assert.equal(settings["trinity:deletionProtection"], false);
    assert.equal(settings["trinity:azureProject"], undefined);
  });

  const refusals: [string, Record<string, string | undefined>, RegExp][] = [
    ["a location with spaces", { "azure-native:location": "East US" }, /azure-native:location: "East US": .*eastus/],
    ["no administrators", { "trinity:clusterAdmins": undefined }, /trinity:clusterAdmins: missing/],
    ["an empty list of administrators", { "trinity:clusterAdmins": "[]" }, /trinity:clusterAdmins: "\[\]"/],
    ["a group's name", { "trinity:clusterAdmins": '["admins"]' }, /trinity:clusterAdmins.*object id of an Entra group/],
    ["a registry prefix with a hyphen", { "trinity:azureProject": "a-b" }, /trinity:azureProject: "a-b"/],
    ["a VM size without its family", { "trinity:nodeType": "m7i.large" }, /trinity:nodeType: .*Standard_D4s_v5/],
    [
      "an identity's name",
      { "trinity:rolloutPrincipal": "rollout" },
      /trinity:rolloutPrincipal.*object id of a managed/,
    ],
    [
      "another kind of name for who previews",
      { "trinity:previewPrincipal": "rollout" },
      /trinity:previewPrincipal.*object id of a managed/,
    ],
    ["a subscription's name", { "azure-native:subscriptionId": "dev" }, /azure-native:subscriptionId: "dev": .*GUID/],
    [
      "more nodes than pods' ranges",
      { "trinity:nodes": '{"minimum":2,"maximum":257}' },
      /trinity:nodes: .*maximum 257 is above 256/,
    ],
    [
      "more networks than AKS takes",
      { "trinity:apiServerCidrs": JSON.stringify(Array(201).fill("192.0.2.0/24")) },
      /trinity:apiServerCidrs: .*has 201 ranges; AKS takes 200/,
    ],
    [
      "a network too small for the nodes",
      { "trinity:networkCidr": "10.0.0.0/23" },
      /trinity:networkCidr: "10\.0\.0\.0\/23" must be a \/22 or larger/,
    ],
    [
      "a network that the pods use",
      { "trinity:networkCidr": "10.244.0.0/16" },
      /trinity:networkCidr: .*must not begin within/,
    ],
    ["an unknown key", { "trinity:natGateways": "1" }, /trinity:natGateways: no such setting/],
  ];
  for (const [what, changes, words] of refusals) {
    test(`${what} is refused`, () => {
      assert.throws(() => read(changes), words);
    });
  }
});
