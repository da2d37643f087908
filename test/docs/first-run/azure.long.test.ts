import assert from "node:assert/strict";
import { test } from "node:test";
import { bootstrapOutputs } from "../../../infra/contract";
import { azCommand, type ToldAzure } from "./commands";
import { printed, startJourney } from "./journey";
import { passphrase } from "./values";

/** Services of Azure that a stack is made of, but for those that every subscription has. */
const namespaces = ["ContainerRegistry", "ContainerService", "KeyVault", "ManagedIdentity", "Network", "Storage"];

test("first run with Azure: identities and the bucket of the state, a job that is let in, the end", async (context) => {
  const told: ToldAzure = { namespaces: new Set(), roles: [], members: new Map() };
  const journey = await startJourney(context, {
    cloud: "azure",
    values: {
      LOCATION: "westeurope",
      "<subscription>": printed(/^([0-9a-f]{8}-[0-9a-f-]{27})$/m),
      "<group>": "platform-administrators",
      "<principals.deploy>": printed(/"deploy": "([^"]+)"/),
      "<principals.rollout>": printed(/"rollout": "([^"]+)"/),
      "<principals.preview>": printed(/"preview": "([^"]+)"/),
    },
    commands: (engine) => ({ az: azCommand(engine.world("azure"), told) }),
  });
  const { engine, github } = journey;
  const world = engine.world("azure");

  await context.test("up to the stack of the identities", async () => {
    for (const section of ["Before", "Where the state is", "Azure"]) await journey.follow(section);
    const outputs = bootstrapOutputs.parse(JSON.parse(github.variables.get("TRINITY_DEV_AZURE") ?? ""));
    assert.ok(outputs.cloud === "azure" && outputs.state !== undefined);
    const identities = world.list("azure-native:managedidentity:UserAssignedIdentity").map(({ outputs }) => outputs);
    assert.deepEqual(Object.values(outputs.identities).sort(), identities.map(({ clientId }) => clientId).sort());
    assert.deepEqual([...told.namespaces].sort(), namespaces.map((name) => `Microsoft.${name}`).sort());
    assert.deepEqual([...told.members], [["platform-administrators", [outputs.principals.deploy]]]);
    // On the group that the bucket and its key are in.
    const [group] = world.list("azure-native:storage:StorageAccount").map(({ inputs }) => inputs.resourceGroupName);
    assert.deepEqual(
      told.roles.map((role) => role.split("/").at(-1)),
      [group, group],
    );
  });

  await context.test("a job is let in with what is in the variable, and one of another branch is not", async () => {
    await journey.type("pulumi stack init dev-azure");
    const command = `PULUMI_CONFIG_PASSPHRASE=${passphrase} pulumi preview -s dev-azure`;
    const preview = await journey.logIn("preview");
    await preview(command);
    const elsewhere = await journey.logIn("preview", { kind: "branch", name: "other" });
    await assert.rejects(elsewhere(command), /AADSTS700213.*ref:refs\/heads\/other/);
  });

  await context.test("the end: nothing is left in the cloud", async () => {
    await journey.type("pulumi state unprotect --all -s dev-bootstrap-azure\npulumi destroy -s dev-bootstrap-azure");
    assert.deepEqual(
      world.list().map(({ type, id }) => `${type} ${id}`),
      [],
    );
  });
});
