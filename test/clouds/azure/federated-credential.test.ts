import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { temporaryWorld } from "../../support/simulation";
import { Azure, place, simulatedAzure, types } from "./support";

const subject = "repo:example/trinity:environment:dev";

function inputs(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    resourceGroupName: "group",
    resourceName: "deploy",
    federatedIdentityCredentialResourceName: "by-name-environment-dev",
    issuer: "https://token.actions.githubusercontent.com",
    subject,
    audiences: ["api://AzureADTokenExchange"],
    ...changes,
  };
}

/** The n-th of many credentials of one identity. */
function numbered(number: number) {
  return inputs({ federatedIdentityCredentialResourceName: `place-${number}`, subject: `${subject}-${number}` });
}

async function withIdentity(azure: Azure) {
  await azure.resourceGroup();
  return azure.create("identity", { ...place, resourceName: "deploy" });
}

describe("simulated Azure: federated identity credentials", () => {
  test("lie on an identity that exists, and go with it", async (context) => {
    const azure = simulatedAzure(context);
    await azure.resourceGroup();
    await assert.rejects(azure.create("credential", inputs()), /ParentResourceNotFound/);
    const identity = await azure.create("identity", { ...place, resourceName: "deploy" });
    const { id } = await azure.create("credential", inputs());
    assert.equal(id, `${identity.id}/federatedIdentityCredentials/by-name-environment-dev`);
    await azure.delete("identity", identity);
    assert.deepEqual(azure.world.list(types.credential), []);
  });

  for (const [what, changes, words] of [
    ["another audience", { audiences: ["sts.amazonaws.com"] }, /audiences/],
    ["two audiences", { audiences: ["api://AzureADTokenExchange", "api://AzureADTokenExchange"] }, /audiences/],
    ["a subject of 601 characters", { subject: "s".repeat(601) }, /subject/],
    ["an issuer of more than 600 characters", { issuer: `https://example.com/${"i".repeat(600)}` }, /issuer/],
    ["an issuer without TLS", { issuer: "http://example.com" }, /issuer/],
    ["a name that begins with a hyphen", { federatedIdentityCredentialResourceName: "-dev" }, /ResourceName/],
    ["a name of 121 characters", { federatedIdentityCredentialResourceName: "n".repeat(121) }, /ResourceName/],
    ["a name with a colon", { federatedIdentityCredentialResourceName: "environment:dev" }, /ResourceName/],
  ] as const) {
    test(`are refused with ${what}`, (context) => {
      assert.match(simulatedAzure(context).faults("credential", inputs(changes)), words);
    });
  }

  test("are 20 at most on one identity", async (context) => {
    const azure = simulatedAzure(context);
    await withIdentity(azure);
    for (let number = 1; number <= 20; number += 1) {
      await azure.create("credential", numbered(number));
    }
    await assert.rejects(azure.create("credential", numbered(21)), /LimitExceeded: .* has 20 .* 20 is the most/);
  });

  test("have an issuer and subject that no other of the identity has", async (context) => {
    const azure = simulatedAzure(context);
    await withIdentity(azure);
    await azure.create("credential", inputs());
    const again = inputs({ federatedIdentityCredentialResourceName: "again" });
    await assert.rejects(azure.create("credential", again), /Conflict: Issuer and subject combination already exists/);
    await azure.create("identity", { ...place, resourceName: "push" });
    await assert.doesNotReject(azure.create("credential", { ...again, resourceName: "push" }));
  });

  test("are refused while another of the same identity is written, and not while one of another identity is", async (context) => {
    // So slow that nothing is done before the next call.
    const world = temporaryWorld(context, "azure", 1000);
    const azure = new Azure(world, world.folder);
    await withIdentity(azure);
    await azure.create("identity", { ...place, resourceName: "push" });
    const writes = await Promise.allSettled([
      azure.create("credential", numbered(1)),
      azure.create("credential", numbered(2)),
      azure.create("credential", { ...numbered(3), resourceName: "push" }),
    ]);
    assert.deepEqual(
      writes.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    assert.match(
      String((writes[1] as PromiseRejectedResult).reason),
      /ConcurrentFederatedIdentityCredentials.*\(409\)/,
    );
  });

  test("change their subject in place, and not their name", async (context) => {
    const azure = simulatedAzure(context);
    await withIdentity(azure);
    const credential = await azure.create("credential", inputs());
    assert.deepEqual(azure.diff("credential", credential, { subject: "other" }).replaced, []);
    const name = "federatedIdentityCredentialResourceName";
    assert.deepEqual(azure.diff("credential", credential, { [name]: "other" }).replaced, [name]);
  });
});
