import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gcpSettings } from "../../../infra/settings/gcp";
import { readSettings } from "../../../infra/settings/read";

const required = {
  "trinity:project": "trinity",
  "gcp:project": "trinity-k8s",
  "gcp:region": "us-central1",
  "trinity:gitops": '{"repository":"https://github.com/example/trinity.git"}',
};

function read(changes: Record<string, string | undefined> = {}) {
  const all: Record<string, string | undefined> = { ...required, ...changes };
  const config = Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
  return readSettings(gcpSettings, { stack: "dev-gcp", env: "dev", program: "gcp" }, config);
}

describe("Google Cloud settings", () => {
  test("defaults fill what is left out", () => {
    const settings = read();
    assert.equal(settings["trinity:nodeType"], "e2-standard-2");
    assert.equal(settings["trinity:kubernetesVersion"], "1.35");
    assert.equal(settings["trinity:releaseChannel"], "REGULAR");
    assert.deepEqual(settings["trinity:nodes"], { minimum: 3, maximum: 6 });
    assert.deepEqual(settings["trinity:apiServerCidrs"], ["0.0.0.0/0"]);
    assert.equal(settings["trinity:networkCidr"], "10.16.0.0/12");
    assert.equal(settings["trinity:deletionProtection"], false);
  });

  const refusals: [string, Record<string, string | undefined>, RegExp][] = [
    ["no project", { "gcp:project": undefined }, /gcp:project: missing/],
    ["a project's number", { "gcp:project": "123456789012" }, /gcp:project: "123456789012": the id \(not the number/],
    ["a zone", { "gcp:region": "us-central1-a" }, /gcp:region: "us-central1-a": .*not a zone/],
    ["a full version", { "trinity:kubernetesVersion": "1.34.1" }, /trinity:kubernetesVersion: "1\.34\.1"/],
    [
      "a person in place of a service account",
      { "trinity:rolloutPrincipal": "somebody@example.com" },
      /trinity:rolloutPrincipal: .*address of a service account/,
    ],
    [
      "another kind of name for who previews",
      { "trinity:previewPrincipal": "somebody@example.com" },
      /trinity:previewPrincipal: .*address of a service account/,
    ],
    ["an unknown channel", { "trinity:releaseChannel": "FAST" }, /trinity:releaseChannel: "FAST"/],
    ["fewer nodes than zones", { "trinity:nodes": '{"minimum":1,"maximum":2}' }, /maximum 2 is below 3/],
    [
      "counts that three zones cannot hold",
      { "trinity:nodes": '{"minimum":4,"maximum":5}' },
      /trinity:nodes: .*maximum 5 is below 6/,
    ],
    [
      "a network too small to divide",
      { "trinity:networkCidr": "10.0.0.0/24" },
      /trinity:networkCidr: "10\.0\.0\.0\/24" must have a prefix from \/8 to \/20/,
    ],
    [
      "a network without room for the nodes",
      { "trinity:networkCidr": "10.0.0.0/20", "trinity:nodes": '{"minimum":3,"maximum":9}' },
      /trinity:networkCidr: "10\.0\.0\.0\/20" has room for the pods of 7 nodes, not of 9/,
    ],
    ["a machine type of another cloud", { "trinity:nodeType": "m7i.large" }, /trinity:nodeType: "m7i\.large"/],
    ["an address for a network", { "trinity:apiServerCidrs": '["192.0.2.1"]' }, /trinity:apiServerCidrs/],
    ["another word for true", { "trinity:deletionProtection": "yes" }, /trinity:deletionProtection: "yes"/],
    ["a setting of another cloud", { "trinity:natGateways": "1" }, /trinity:natGateways: no such setting/],
  ];
  for (const [what, changes, words] of refusals) {
    test(`refuse ${what}`, () => {
      assert.throws(() => read(changes), words);
    });
  }

  test("deletion protection is switched on by true", () => {
    assert.equal(read({ "trinity:deletionProtection": "true" })["trinity:deletionProtection"], true);
  });
});
