import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cleanupPolicies } from "../../../components/gcp/cleanup";
import { findRepository } from "../../../rehearsal/clouds/gcp/repositories";
import { simulate } from "./support";

const host = "us-central1-docker.pkg.dev";

describe("simulated Artifact Registry", () => {
  test("a repository has the name and address of a real one", async (context) => {
    const { id, properties } = await simulate(context).create("repository");
    assert.equal(id, "projects/trinity-k8s/locations/us-central1/repositories/trinity-app");
    assert.equal(properties.name, "trinity-app");
    assert.equal(properties.registryUri, `${host}/trinity-k8s/trinity-app`);
  });

  test("a wrong repository id passes the preview and fails at the update", async (context) => {
    const cloud = simulate(context);
    for (const repositoryId of ["Trinity", "a", "trinity-", "a".repeat(64), "trinity_app"]) {
      assert.deepEqual(cloud.check("repository", { repositoryId }), []);
      await assert.rejects(cloud.create("repository", { repositoryId }), /Error 400: badRequest: repository_id/);
    }
  });

  test("a format that there is none of fails", async (context) => {
    await assert.rejects(simulate(context).create("repository", { format: "docker" }), /unsupported repository format/);
  });

  test("an id is unique in its project and location", async (context) => {
    const cloud = simulate(context);
    await cloud.create("repository");
    await assert.rejects(cloud.create("repository"), /Error 409: alreadyExists/);
    await cloud.create("repository", { location: "us-east1" });
  });

  test("id, location, format and mode are replaced, tags' immutability and policies are not", (context) => {
    const cloud = simulate(context);
    for (const [property, value] of Object.entries({
      repositoryId: "other",
      location: "us-east1",
      format: "NPM",
      mode: "REMOTE_REPOSITORY",
    })) {
      assert.deepEqual(cloud.replaces("repository", { [property]: value }), [property]);
    }
    assert.deepEqual(cloud.replaces("repository", { dockerConfig: { immutableTags: false }, cleanupPolicies }), []);
  });

  test("the platform's own cleanup policies are accepted", async (context) => {
    const cloud = simulate(context);
    assert.deepEqual(cloud.check("repository", { cleanupPolicies }), []);
    await cloud.create("repository", { cleanupPolicies });
  });

  const condition = { tagState: "UNTAGGED", olderThan: "604800s" };
  const refusals: [string, unknown[], RegExp][] = [
    [
      "most recent versions in a DELETE policy",
      [{ id: "a", action: "DELETE", mostRecentVersions: { keepCount: 3 } }],
      /most_recent_versions may only be specified with a Keep action/,
    ],
    [
      "condition and most recent versions in one policy",
      [{ id: "a", action: "KEEP", condition, mostRecentVersions: { keepCount: 3 } }],
      /needs either condition or most_recent_versions/,
    ],
    ["a policy that says nothing", [{ id: "a", action: "KEEP" }], /needs either/],
    ["a policy without an action", [{ id: "a", condition }], /has no action/],
    ["an id of 128 characters", [{ id: "a".repeat(128), action: "DELETE", condition }], /is too long/],
    [
      "an id that is there twice",
      [
        { id: "a", action: "DELETE", condition },
        { id: "a", action: "KEEP", condition },
      ],
      /cleanup policy a is there twice/,
    ],
    [
      "eleven policies",
      Array.from({ length: 11 }, (_, index) => ({ id: `p${index}`, action: "DELETE", condition })),
      /at most 10 cleanup policies, not 11/,
    ],
  ];
  for (const [what, policies, words] of refusals) {
    test(`refuses ${what}`, async (context) => {
      await assert.rejects(simulate(context).create("repository", { cleanupPolicies: policies }), words);
    });
  }

  test("tag prefixes have no place in most recent versions, and durations have units", (context) => {
    const cloud = simulate(context);
    const check = (policy: object) => cloud.check("repository", { cleanupPolicies: [{ id: "a", ...policy }] }).join();
    assert.match(
      check({ action: "KEEP", mostRecentVersions: { keepCount: 30, tagPrefixes: ["pr-"] } }),
      /Unrecognized key: "tagPrefixes"/,
    );
    assert.match(check({ action: "DELETE", condition: { olderThan: "604800" } }), /must be a duration/);
    assert.match(check({ action: "REMOVE", condition }), /cleanupPolicies\.0\.action/);
  });
});

describe("findRepository", () => {
  test("finds a repository by host and name, with what it enforces", async (context) => {
    const cloud = simulate(context);
    const { id } = await cloud.create("repository");
    await cloud.create("repository", { repositoryId: "movable", dockerConfig: undefined });
    const find = (name: string, at = host) => findRepository(cloud.world, at, name);
    assert.deepEqual(find("trinity-k8s/trinity-app/app"), { exists: true, immutableTags: true });
    assert.deepEqual(find("trinity-k8s/trinity-app/folder/app"), { exists: true, immutableTags: true });
    assert.deepEqual(find("trinity-k8s/movable/app"), { exists: true, immutableTags: false });
    const none = { exists: false, immutableTags: false };
    assert.deepEqual(find("trinity-k8s/other/app"), none);
    assert.deepEqual(find("other-project/trinity-app/app"), none);
    assert.deepEqual(find("trinity-k8s/trinity-app"), none, "an image needs a name of its own");
    assert.deepEqual(find("trinity-k8s/trinity-app/app", "us-east1-docker.pkg.dev"), none);
    assert.deepEqual(find("trinity-k8s/trinity-app/app", "gcr.io"), none);
    await cloud.remove("repository", id);
    assert.deepEqual(find("trinity-k8s/trinity-app/app"), none);
  });

  test("serves no images from a repository of another format", async (context) => {
    const cloud = simulate(context);
    await cloud.create("repository", { format: "NPM" });
    assert.equal(findRepository(cloud.world, host, "trinity-k8s/trinity-app/app").exists, false);
  });
});
