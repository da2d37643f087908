import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bootstrapAzureSettings } from "../../../infra/settings/bootstrap-azure";
import { readSettings } from "../../../infra/settings/read";

const required = {
  "trinity:project": "trinity",
  "trinity:github": '{"owner":"example","ownerId":1234,"name":"trinity","id":5678}',
  "azure-native:location": "eastus",
  "azure-native:subscriptionId": "8d65815f-a5b6-402f-9298-045155da7d74",
};

function read(changes: Readonly<Record<string, string>> = {}, without?: keyof typeof required) {
  const config: Record<string, string> = { ...required, ...changes };
  const entries = Object.entries(config).filter(([key]) => key !== without);
  const stack = { stack: "dev-bootstrap-azure", env: "dev", program: "bootstrap-azure" };
  return readSettings(bootstrapAzureSettings, stack, Object.fromEntries(entries));
}

describe("settings of what CI logs in to Azure with", () => {
  test("defaults fill what is left out", () => {
    const settings = read();
    assert.deepEqual(settings["trinity:promotesFrom"], []);
    assert.equal(settings["trinity:stateBucket"], false);
    assert.equal(settings["trinity:azureProject"], undefined);
  });

  for (const key of ["trinity:github", "azure-native:location", "azure-native:subscriptionId"] as const) {
    test(`${key} is required`, () => {
      assert.throws(() => read({}, key), new RegExp(`Pulumi.dev-bootstrap-azure.yaml[^]*${key}: missing`));
    });
  }

  test("a subscription's name is none", () => {
    const named = { "azure-native:subscriptionId": "our subscription" };
    assert.throws(
      () => read(named),
      /azure-native:subscriptionId: "our subscription": the id of a subscription, a GUID/,
    );
  });

  test("settings of the Azure stack are unknown here", () => {
    assert.throws(() => read({ "trinity:zones": "[]" }), /trinity:zones: no such setting/);
  });
});
