import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { imageLifecycle } from "../../../components/aws/image-lifecycle";
import { recordImage } from "../../../rehearsal/clouds/aws/images";
import { findRepository } from "../../../rehearsal/clouds/aws/repositories";
import { TestCloud } from "./support";

const host = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

describe("ECR repositories", () => {
  for (const name of ["Trinity", "-app", "app-", "a..b", "a", "app/", "x".repeat(257)]) {
    test(`the name "${name.slice(0, 20)}" is refused`, (context) => {
      assert.equal(new TestCloud(context).faults("repository", { name }).length > 0, true);
    });
  }

  test("names are unique, and a new name or encryption replaces", async (context) => {
    const cloud = new TestCloud(context);
    const made = await cloud.create("repository", { name: "app", imageTagMutability: "MUTABLE" });
    await assert.rejects(cloud.create("repository", { name: "app" }), /RepositoryAlreadyExistsException/);
    const change = { name: "other", encryptionConfigurations: [{ encryptionType: "KMS" }] };
    assert.deepEqual(cloud.replaced(made, change), ["name", "encryptionConfigurations"]);
    assert.deepEqual(cloud.replaced(made, { imageTagMutability: "IMMUTABLE" }), []);
    assert.equal(made.properties.repositoryUrl, `${host}/app`);
  });

  test("one with images goes only by force, and takes them along", async (context) => {
    const cloud = new TestCloud(context);
    const made = await cloud.create("repository", { name: "app" });
    recordImage(cloud.world, "app", "sha256:0");
    await assert.rejects(cloud.delete(made), /RepositoryNotEmptyException/);
    await cloud.delete(await cloud.update(made, { forceDelete: true }));
    assert.deepEqual(cloud.world.list(), []);
  });

  test("a lifecycle policy has 100 to 30720 characters and a known form", async (context) => {
    const cloud = new TestCloud(context);
    const faults = (policy: string) => cloud.faults("lifecycle", { repository: "app", policy }).length;
    assert.equal(faults(imageLifecycle()), 0);
    assert.equal(faults(`{"rules":[]}`) > 0, true);
    assert.equal(faults(imageLifecycle().padEnd(30721)), 1);
    assert.equal(faults(imageLifecycle().replace(`"countUnit":"days",`, "")), 1);
    assert.equal(faults(imageLifecycle().replace("untagged", "tagged")), 1);
    assert.equal(faults(imageLifecycle().replace(`"rulePriority":2`, `"rulePriority":1`)), 1);
    await assert.rejects(
      cloud.create("lifecycle", { repository: "app", policy: imageLifecycle() }),
      /RepositoryNotFoundException/,
    );
  });
});

describe("findRepository", () => {
  test("knows a repository by host and name, and whether its tags can move", async (context) => {
    const cloud = new TestCloud(context);
    await cloud.create("repository", { name: "fixed", imageTagMutability: "IMMUTABLE" });
    await cloud.create("repository", { name: "movable" });
    assert.deepEqual(findRepository(cloud.world, host, "fixed"), { exists: true, immutableTags: true });
    assert.deepEqual(findRepository(cloud.world, host, "movable"), { exists: true, immutableTags: false });
    const absent = { exists: false, immutableTags: false };
    assert.deepEqual(findRepository(cloud.world, host, "other"), absent);
    assert.deepEqual(findRepository(cloud.world, host.replace("us-east-1", "us-west-2"), "fixed").exists, false);
    assert.deepEqual(findRepository(cloud.world, host.replace("123456789012", "210987654321"), "fixed").exists, false);
  });
});
