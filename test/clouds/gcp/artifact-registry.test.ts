import assert from "node:assert/strict";
import { describe, test } from "node:test";
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

  test("id, location, format and mode are replaced, tags' immutability is not", (context) => {
    const cloud = simulate(context);
    for (const [property, value] of Object.entries({
      repositoryId: "other",
      location: "us-east1",
      format: "NPM",
      mode: "REMOTE_REPOSITORY",
    })) {
      assert.deepEqual(cloud.replaces("repository", { [property]: value }), [property]);
    }
    assert.deepEqual(cloud.replaces("repository", { dockerConfig: { immutableTags: false } }), []);
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
