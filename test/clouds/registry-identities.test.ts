import assert from "node:assert/strict";
import { test } from "node:test";
import { rolePolicy } from "../../rehearsal/clouds/aws/iam";
import { identityType } from "../../rehearsal/clouds/azure-native/identity";
import { roleAssignmentType } from "../../rehearsal/clouds/azure-native/roles";
import { customRoleType } from "../../rehearsal/clouds/gcp/custom-role";
import { repositoryMember } from "../../rehearsal/clouds/gcp/iam-members";
import { accessToken } from "../../rehearsal/clouds/kernel/access-token";
import type { World } from "../../rehearsal/clouds/kernel/world";
import { registryActions } from "../../rehearsal/clouds/registry-actions";
import { registryRules } from "../../rehearsal/clouds/registry-rules";
import { openWorld } from "../../rehearsal/clouds/worlds";
import { temporaryFolder } from "../support/simulation";
import { type Holder, holders } from "./registry-holders";

function insert(world: World, type: string, id: string, inputs: object, outputs: object = {}): void {
  world.insert({ type, id, identity: null, inputs: { ...inputs }, outputs: { ...outputs }, readyAt: 0, visibleAt: 0 });
}

/** Lets an identity do some things with a repository, in the cloud's own way. @returns the identity's name there */
const grants: Readonly<Record<Holder["cloud"], (world: World, holder: Holder, actions: readonly string[]) => string>> =
  {
    aws: (world, { outputs }, actions) => {
      const role = `role-${actions.length}`;
      const statement = { Effect: "Allow", Action: actions, Resource: outputs?.arn };
      insert(world, rolePolicy.type, role, { role, name: "p", policy: JSON.stringify({ Statement: [statement] }) });
      return `arn:aws:iam::123456789012:role/${role}`;
    },
    gcp: (world, _holder, actions) => {
      const account = `account-${actions.length}@trinity-k8s.iam.gserviceaccount.com`;
      const role = `projects/trinity-k8s/roles/own${actions.length}`;
      insert(world, customRoleType, role, { permissions: actions });
      const grant = { member: `serviceAccount:${account}`, role, repository: "trinity" };
      insert(world, repositoryMember.type, account, grant, { location: "us-central1" });
      return account;
    },
    azure: (world, { id }, actions) => {
      const [clientId, principalId] = [`client-${actions.length}`, `principal-${actions.length}`];
      // AcrPull, AcrPush
      const role =
        actions.length === 1 ? "7f951dda-4ed3-4680-a7ca-43fe172d538d" : "8311e382-0749-4cb8-b61a-304f252e45ec";
      insert(world, identityType, clientId, {}, { clientId, principalId });
      const definition = `/providers/Microsoft.Authorization/roleDefinitions/${role}`;
      insert(world, roleAssignmentType, clientId, { principalId, roleDefinitionId: definition, scope: id });
      return clientId;
    },
  };

for (const holder of holders) {
  const { cloud, host, name, type, id, inputs = {}, outputs = {} } = holder;
  test(`${cloud}: an identity that has logged in may do with a repository what its grants say, until it ends`, async (context) => {
    const folder = temporaryFolder(context);
    const world = openWorld(folder, cloud);
    context.after(() => {
      world.close();
    });
    insert(world, type, id, inputs, outputs);
    const { pull, push } = registryActions[cloud];
    const rules = registryRules(folder);
    const endsAt = Date.now() + 60_000;
    for (const [actions, mayPush] of [
      [pull, false],
      [[...pull, ...push], true],
    ] as const) {
      const identity = grants[cloud](world, holder, actions);
      const session = rules.identityOf(cloud, accessToken(world, "registry", { identity, endsAt }));
      assert.equal(session?.identity, identity);
      assert.equal(await rules.mayAct(session, "pull", host, name), true);
      assert.equal(await rules.mayAct(session, "push", host, name), mayPush);
      assert.equal(await rules.mayAct({ ...session, identity: `${identity}x` }, "pull", host, name), false);
      assert.equal(await rules.mayAct({ ...session, endsAt: Date.now() - 1 }, "pull", host, name), false);
    }
  });

  test(`${cloud}: no password is what ran out, is for something else, was made elsewhere or was changed`, (context) => {
    const [folder, elsewhere] = [temporaryFolder(context), temporaryFolder(context)];
    const [world, other] = [openWorld(folder, cloud), openWorld(elsewhere, cloud)];
    context.after(() => {
      world.close();
      other.close();
    });
    const rules = registryRules(folder);
    const session = { identity: "somebody", endsAt: Date.now() + 60_000 };
    const good = accessToken(world, "registry", session);
    assert.ok(rules.identityOf(cloud, good));
    for (const wrong of [
      accessToken(world, "registry", { ...session, endsAt: Date.now() - 1 }),
      accessToken(world, "cluster", session),
      accessToken(other, "registry", session),
      `x${good}`,
      "",
    ]) {
      assert.equal(rules.identityOf(cloud, wrong), undefined);
    }
  });
}
