import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { federatedCredentials } from "../../../infra/access/azure/credentials";
import { azureGrants, delegatedActions, ownRoleActions } from "../../../infra/access/azure/grants";
import { roleId } from "../../../infra/access/azure/role-id";
import { identityNames } from "../../../infra/access/identities";
import { azureBootstrapNames } from "../../../infra/names";

const repository = { owner: "example", ownerId: 1234, name: "trinity", id: 5678 };

describe("what CI may do in Azure", () => {
  test("is made of whole names, each once, none of them a whole provider's", () => {
    for (const name of identityNames) {
      const actions = azureGrants[name].flatMap((grant) => grant.actions);
      assert.deepEqual([...new Set(actions)], actions);
      for (const action of actions) assert.match(action, /^Microsoft\.\w+(\/\w+)+\/(read|write|delete|action)$/);
    }
  });

  test("changes nothing where it says that it reads", () => {
    for (const action of azureGrants.preview.flatMap(({ actions }) => actions)) {
      assert.match(action, /\/read$|\/listClusterUserCredential\/action$/);
    }
  });

  test("is no change of an identity's credentials or of a role, for any identity", () => {
    for (const action of identityNames.flatMap((name) => azureGrants[name].flatMap(({ actions }) => actions))) {
      assert.doesNotMatch(action, /federatedIdentityCredentials|roleDefinitions\/write|listkeys|listCredentials/i);
    }
  });

  test("assigns roles by a delegated role alone", () => {
    for (const name of identityNames) {
      for (const action of delegatedActions) assert.equal(ownRoleActions(name).includes(action), false);
    }
    const all = azureGrants.deploy.flatMap(({ actions }) => actions);
    assert.equal(all.length, ownRoleActions("deploy").length + delegatedActions.length);
  });
});

describe("credentials in Azure", () => {
  test("are one for each place and form", () => {
    assert.deepEqual(federatedCredentials(repository, "preview", "dev"), [
      { name: "by-name-pull-request", subject: "repo:example/trinity:pull_request" },
      { name: "by-id-pull-request", subject: "repo:example@1234/trinity@5678:pull_request" },
      { name: "by-name-branch-main", subject: "repo:example/trinity:ref:refs/heads/main" },
      { name: "by-id-branch-main", subject: "repo:example@1234/trinity@5678:ref:refs/heads/main" },
    ]);
  });

  test("have names that Azure takes", () => {
    const { credential } = azureBootstrapNames({ project: "trinity", env: "dev" });
    for (const name of identityNames) {
      for (const { name: given } of federatedCredentials(repository, name, "dev"))
        assert.equal(credential(given), given);
    }
    assert.throws(
      () => credential("by-name-branch-release/1"),
      /federated identity credential.*not of the allowed form/,
    );
  });
});

describe("the GUID of a role", () => {
  const subscription = "/subscriptions/8d65815f-a5b6-402f-9298-045155da7d74";

  test("is one of version 5, the same for the same name", () => {
    const id = roleId(subscription, "trinity-dev-ci-deploy");
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(
      id,
      roleId(subscription.toUpperCase().replace("/SUBSCRIPTIONS", "/subscriptions"), "trinity-dev-ci-deploy"),
    );
  });

  test("is another in another subscription, and for another name", () => {
    const ids = [
      roleId(subscription, "a"),
      roleId(subscription, "b"),
      roleId("/subscriptions/00000000-0000-4000-8000-000000000001", "a"),
    ];
    assert.equal(new Set(ids).size, 3);
  });
});

describe("names of what CI logs in to Azure with", () => {
  test("begin with project and environment", () => {
    const names = azureBootstrapNames({ project: "trinity", env: "dev" });
    assert.equal(names.resourceGroup, "trinity-dev-bootstrap");
    assert.equal(names.identity("deploy"), "trinity-dev-ci-deploy");
    assert.equal(names.stateAccount(), "trinitydevstate");
    assert.equal(names.stateVault(), "trinitydevstate");
  });

  test("that are unique in all of Azure can be chosen, and are short", () => {
    const settings = { project: "a-rather-long-project", env: "dev" };
    assert.throws(
      () => azureBootstrapNames(settings).stateAccount(),
      /storage account name "aratherlongprojectdevstate" \(made of trinity:project .*2 characters too long/,
    );
    assert.throws(() => azureBootstrapNames(settings).stateVault(), /key vault.*2 characters too long/);
    assert.equal(azureBootstrapNames({ ...settings, azureProject: "acme" }).stateAccount(), "acmestate");
  });
});
