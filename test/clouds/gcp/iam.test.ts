import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { email, member, simulate } from "./support";

describe("simulated Google service accounts", () => {
  test("an account is known by its e-mail address", async (context) => {
    const { id, properties } = await simulate(context).create("account");
    assert.equal(id, `projects/trinity-k8s/serviceAccounts/${email}`);
    assert.equal(properties.email, email);
    assert.equal(properties.member, member);
    assert.match(String(properties.uniqueId), /^\d{21}$/);
  });

  test("ids of 6 to 30 characters, descriptions of 256 bytes", async (context) => {
    const cloud = simulate(context);
    assert.match(cloud.check("account", { accountId: "nodes" }).join(), /^accountId: /);
    assert.match(cloud.check("account", { accountId: `a${"b".repeat(30)}` }).join(), /^accountId: /);
    assert.match(cloud.check("account", { accountId: "nodes-" }).join(), /^accountId: /);
    assert.match(cloud.check("account", { description: "a".repeat(257) }).join(), /^description: /);
    const description = "ü".repeat(129);
    assert.deepEqual(cloud.check("account", { description }), [], "the provider counts characters");
    await assert.rejects(cloud.create("account", { description }), /at most 256 UTF-8 bytes/, "the cloud counts bytes");
  });

  test("an id that is left out is made of the logical name", (context) => {
    const cloud = simulate(context);
    const { inputs } = cloud.provider.check(cloud.urn("account", "nodes"), {}, {}, Buffer.from("seed"));
    assert.match(String(inputs.accountId), /^nodes-[0-9a-f]{7}$/);
  });

  test("a deleted account's name is free at once, but its grants stay with the deleted one", async (context) => {
    const cloud = simulate(context);
    const account = await cloud.create("account");
    const grant = await cloud.create("projectMember");
    await assert.rejects(cloud.create("account"), /Error 409: alreadyExists/);
    await cloud.remove("account", account.id);
    const again = await cloud.create("account");
    assert.notEqual(again.properties.uniqueId, account.properties.uniqueId);
    assert.equal(cloud.exists("projectMember", grant.id), false);
  });

  test("an update keeps the account's unique id", async (context) => {
    const cloud = simulate(context);
    const account = await cloud.create("account");
    const updated = await cloud.update("account", account.id, { displayName: "Nodes" });
    assert.equal(updated.uniqueId, account.properties.uniqueId);
  });

  test("creating one takes as long as it takes to be seen everywhere", async (context) => {
    const cloud = simulate(context);
    await cloud.create("account");
    const [entry] = cloud.world.journal();
    assert.ok((entry?.finishedAt ?? 0) - (entry?.startedAt ?? 0) >= 13_000);
    await cloud.create("projectMember");
  });
});

describe("simulated Google grants", () => {
  for (const kind of ["projectMember", "repositoryMember"] as const) {
    test(`a ${kind} cannot name a service account that does not exist`, async (context) => {
      const cloud = simulate(context);
      await cloud.create("repository");
      await assert.rejects(cloud.create(kind), /Error 400: badRequest: member "serviceAccount:.*" does not exist/);
      await cloud.create("account");
      await cloud.create(kind);
    });
  }

  test("other members are not looked up", async (context) => {
    const cloud = simulate(context);
    for (const other of ["user:a@example.com", "allUsers", "serviceAccount:1-compute@developer.gserviceaccount.com"]) {
      await cloud.create("projectMember", { member: other });
    }
  });

  test("the form of a member and a role is checked", (context) => {
    const cloud = simulate(context);
    assert.match(cloud.check("projectMember", { member: email }).join(), /^member: /, "without its kind");
    assert.match(cloud.check("projectMember", { member: `deleted:${member}` }).join(), /^member: /);
    assert.match(cloud.check("projectMember", { role: "artifactregistry.reader" }).join(), /^role: must be a role/);
  });

  test("a grant is additive: giving it twice is no error", async (context) => {
    const cloud = simulate(context);
    await cloud.prepare("projectMember");
    const first = await cloud.create("projectMember");
    assert.equal((await cloud.create("projectMember")).id, first.id);
  });

  test("a grant on a repository needs the repository", async (context) => {
    const cloud = simulate(context);
    await cloud.create("account");
    await assert.rejects(cloud.create("repositoryMember"), /Error 404: notFound: repository "trinity-app"/);
  });

  test("any change replaces it", (context) => {
    const cloud = simulate(context);
    assert.deepEqual(cloud.replaces("projectMember", { role: "roles/viewer" }), ["role"]);
    assert.deepEqual(cloud.replaces("repositoryMember", { repository: "other" }), ["repository"]);
  });

  test("the workload identity pool exists from the project's first such cluster on", async (context) => {
    const cloud = simulate(context);
    await cloud.create("account");
    await assert.rejects(cloud.create("accountMember"), /Identity Pool does not exist \(trinity-k8s\.svc\.id\.goog\)/);
    const principal =
      "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/trinity-k8s.svc.id.goog/subject/ns/a/sa/b";
    await assert.rejects(cloud.create("projectMember", { member: principal }), /Identity Pool does not exist/);
    await cloud.create("network");
    await cloud.create("subnetwork");
    await cloud.create("cluster", { workloadIdentityConfig: undefined });
    await assert.rejects(cloud.create("accountMember"), /Identity Pool does not exist/, "a cluster without it");
    await cloud.create("cluster", { name: "other" });
    await cloud.create("accountMember");
    await cloud.create("projectMember", { member: principal });
  });

  test("each kind of grant needs the permission to set that policy", async (context) => {
    const cloud = simulate(context);
    await cloud.prepare("repositoryMember");
    cloud.world.set("caller", { allow: ["*"], deny: ["*.setIamPolicy"] });
    await assert.rejects(cloud.create("projectMember"), /resourcemanager\.projects\.setIamPolicy/);
    await assert.rejects(cloud.create("repositoryMember"), /artifactregistry\.repositories\.setIamPolicy/);
  });
});
