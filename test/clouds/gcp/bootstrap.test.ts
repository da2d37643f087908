import assert from "node:assert/strict";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import type { World } from "../../../rehearsal/clouds/kernel/world";
import { simulate } from "./support";

/** Plays a later day: moves what was deleted that much into the past. */
function later({ folder, name }: World, days: number): void {
  const database = new DatabaseSync(path.join(folder, `${name}.sqlite`));
  const milliseconds = days * 24 * 60 * 60 * 1000;
  database
    .prepare("UPDATE resources SET deleted_at = deleted_at - ?, held_until = held_until - ?")
    .run(milliseconds, milliseconds);
  database.close();
}

describe("simulated workload identity pools", () => {
  test("a pool's name has the project's number, its id the project's id", async (context) => {
    const { id, properties } = await simulate(context).create("pool");
    assert.equal(id, "projects/trinity-k8s/locations/global/workloadIdentityPools/trinity-dev-github");
    assert.match(
      String(properties.name),
      /^projects\/\d{12}\/locations\/global\/workloadIdentityPools\/trinity-dev-github$/,
    );
  });

  for (const [what, changes, words] of [
    ["of 3 characters", { workloadIdentityPoolId: "abc" }, /^workloadIdentityPoolId: /],
    ["of 33 characters", { workloadIdentityPoolId: "a".repeat(33) }, /^workloadIdentityPoolId: /],
    ["with an underscore", { workloadIdentityPoolId: "a_pool" }, /only lowercase letters/],
    ["that begins with gcp-", { workloadIdentityPoolId: "gcp-pool" }, /can not start with "gcp-"/],
  ] as const) {
    test(`no id ${what}`, (context) => {
      const cloud = simulate(context);
      assert.match(cloud.check("pool", changes).join(), words);
      assert.match(
        cloud.check("provider", { workloadIdentityPoolProviderId: changes.workloadIdentityPoolId }).join(),
        /Id: /,
      );
    });
  }

  test("no display name of more than 32 characters", (context) => {
    assert.match(
      simulate(context)
        .check("pool", { displayName: "d".repeat(33) })
        .join(),
      /^displayName: /,
    );
  });

  for (const kind of ["pool", "provider"] as const) {
    test(`the id of a deleted ${kind} is taken for 30 days, unless an administrator undeletes it`, async (context) => {
      const cloud = simulate(context);
      await cloud.prepare(kind);
      const { id } = await cloud.create(kind);
      await cloud.remove(kind, id);
      await assert.rejects(cloud.create(kind), /Error 409: Requested entity already exists/);

      cloud.world.undelete(cloud.type(kind), id);
      assert.ok(await cloud.provider.read(cloud.urn(kind), id), "it can be imported");
      await assert.rejects(cloud.create(kind), /Error 409/, "but not created");

      await cloud.remove(kind, id);
      later(cloud.world, 31);
      await cloud.create(kind);
    });
  }

  test("a member of a pool needs the pool", async (context) => {
    const cloud = simulate(context);
    await cloud.create("account");
    const { properties } = await cloud.create("pool");
    const member = `principal://iam.googleapis.com/${String(properties.name)}/subject/repo:a/b:ref:refs/heads/main`;
    await cloud.create("accountMember", { member });
    const other = member.replace("trinity-dev-github", "another-pool");
    await assert.rejects(cloud.create("accountMember", { member: other }), /Error 400.*Identity Pool does not exist/);
  });
});

describe("simulated providers of a pool", () => {
  test("need the pool", async (context) => {
    await assert.rejects(simulate(context).create("provider"), /Error 404: notFound: workloadIdentityPoolId/);
  });

  for (const [what, changes, words] of [
    [
      "GitHub's issuer without a condition",
      { attributeCondition: undefined },
      /Error 400: .*attribute condition must reference one of the provider's claims/,
    ],
    [
      "GitHub's issuer with a condition on nothing",
      { attributeCondition: "true" },
      /must reference one of the provider's claims/,
    ],
    [
      "a condition of more than 4096 characters",
      { attributeCondition: `assertion.a == "${"a".repeat(4096)}"` },
      /4096 characters/,
    ],
    [
      "no mapping to the subject",
      { attributeMapping: { "attribute.id": "assertion.id" } },
      /include a mapping to google\.subject/,
    ],
    ["no mapping at all", { attributeMapping: undefined }, /include a mapping to google\.subject/],
    [
      "a mapping to another attribute of Google's",
      { attributeMapping: { "google.subject": "assertion.sub", "google.name": "assertion.actor" } },
      /mapping key google\.name is neither/,
    ],
    ["an issuer without TLS", { oidc: { issuerUri: "http://issuer.example.com" } }, /must be an https address/],
  ] as const) {
    test(`refuse ${what}`, async (context) => {
      const cloud = simulate(context);
      await cloud.create("pool");
      await assert.rejects(cloud.create("provider", changes), words);
    });
  }

  test("refuse an expression of more than 2048 characters", (context) => {
    const attributeMapping = { "google.subject": "a".repeat(2049) };
    assert.match(
      simulate(context).check("provider", { attributeMapping }).join(),
      /^attributeMapping\.google\.subject: /,
    );
  });

  test("take another issuer without a condition", async (context) => {
    const cloud = simulate(context);
    await cloud.create("pool");
    await cloud.create("provider", {
      oidc: { issuerUri: "https://issuer.example.com" },
      attributeCondition: undefined,
    });
  });
});

describe("simulated custom roles", () => {
  test("no id with a hyphen, so none that is made of the logical name", (context) => {
    const cloud = simulate(context);
    assert.match(cloud.check("role", { roleId: "trinity-dev" }).join(), /^roleId: must be 3 to 64/);
    assert.match(cloud.check("role", { roleId: "a".repeat(65) }).join(), /^roleId: /);
    assert.match(cloud.check("role", { roleId: undefined }).join(), /^roleId: must be 3 to 64/);
  });

  test("no pattern, and not nothing, for permissions", (context) => {
    const cloud = simulate(context);
    assert.match(cloud.check("role", { permissions: ["compute.*"] }).join(), /must be a permission/);
    assert.match(cloud.check("role", { permissions: [] }).join(), /^permissions: /);
  });

  test("a deleted one comes back within 7 days, its id is lost for 30 more, and free then", async (context) => {
    const cloud = simulate(context);
    const { id } = await cloud.create("role");
    await cloud.remove("role", id);
    await cloud.create("role", { title: "Brought back" });
    await cloud.remove("role", id);
    later(cloud.world, 8);
    await assert.rejects(cloud.create("role"), /can't create a role_id which has been marked for deletion/);
    later(cloud.world, 30);
    await cloud.create("role");
  });

  test("a grant of one that does not exist is refused", async (context) => {
    const cloud = simulate(context);
    await cloud.create("account");
    const role = "projects/trinity-k8s/roles/trinity.dev.deploy";
    await assert.rejects(cloud.create("projectMember", { role }), /does not exist in the resource's hierarchy/);
    await cloud.create("role");
    await cloud.create("projectMember", { role });
  });
});

describe("simulated conditions of a project's grants", () => {
  const condition = { title: "Some", expression: 'resource.name == "a"' };

  test("grants under conditions of other titles stand beside each other", async (context) => {
    const cloud = simulate(context);
    await cloud.create("account");
    const ids = await Promise.all(
      [undefined, condition, { ...condition, title: "Others" }].map((one) =>
        cloud.create("projectMember", { condition: one }),
      ),
    );
    assert.equal(new Set(ids.map(({ id }) => id)).size, 3);
    assert.deepEqual(cloud.replaces("projectMember", { condition }), ["condition"]);
  });

  test("at most 12 logical operators, of which those in text are none", async (context) => {
    const cloud = simulate(context);
    await cloud.create("account");
    const expression = (operators: number) => Array.from({ length: operators + 1 }, () => 'a != "&&"').join(" && ");
    await cloud.create("projectMember", { condition: { ...condition, expression: expression(12) } });
    await assert.rejects(
      cloud.create("projectMember", { condition: { title: "More", expression: expression(13) } }),
      /has 13 logical operators; at most 12/,
    );
  });

  test("none on a basic role, and a title of at most 100 characters", async (context) => {
    const cloud = simulate(context);
    await cloud.create("account");
    await assert.rejects(
      cloud.create("projectMember", { role: "roles/viewer", condition }),
      /basic role roles\/viewer/,
    );
    const title = "t".repeat(101);
    assert.match(cloud.check("projectMember", { condition: { ...condition, title } }).join(), /^condition\.title: /);
  });
});

describe("simulated buckets and keys", () => {
  test("a bucket's name is one's own in all of Google Cloud, and not Google's", async (context) => {
    const cloud = simulate(context);
    await cloud.create("bucket");
    await assert.rejects(cloud.create("bucket", { project: "another-project" }), /Error 409: .*not available/);
    await assert.rejects(cloud.create("bucket", { name: "goog-state" }), /Invalid bucket name/);
    assert.match(cloud.check("bucket", { name: "State" }).join(), /^name: /);
    assert.match(cloud.check("bucket", { publicAccessPrevention: "none" }).join(), /^publicAccessPrevention: /);
  });

  for (const kind of ["keyRing", "key"] as const) {
    test(`the name of a ${kind} stays taken for ever`, async (context) => {
      const cloud = simulate(context);
      await cloud.prepare(kind);
      const { id } = await cloud.create(kind);
      await cloud.remove(kind, id);
      later(cloud.world, 1000);
      await assert.rejects(cloud.create(kind), /Error 409/);
    });
  }

  test("a key needs its ring, and a day between rotations, of encryption only", async (context) => {
    const cloud = simulate(context);
    await assert.rejects(cloud.create("key"), /Error 404: notFound: keyRing/);
    assert.match(cloud.check("key", { rotationPeriod: "3600s" }).join(), /greater than one day/);
    assert.match(cloud.check("key", { rotationPeriod: "90d" }).join(), /^rotationPeriod: /);
    await cloud.create("keyRing");
    await assert.rejects(cloud.create("key", { purpose: "MAC" }), /only keys with purpose ENCRYPT_DECRYPT/);
  });
});
