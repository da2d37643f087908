import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cleanupPolicies } from "../../../components/gcp/cleanup";
import { Registry, type RegistryArgs } from "../../../components/gcp/registry";
import { find, listOf, runWithMocks, unparented, valueOf } from "../../support/mocks";
import { gcpMocks, refusal } from "./support";

const args: RegistryArgs = {
  region: "us-central1",
  apps: [
    { app: "mandelbrot", repositoryName: "trinity-dev-gcp-mandelbrot" },
    { app: "julia", repositoryName: "trinity-dev-gcp-julia" },
  ],
  reader: "serviceAccount:nodes@trinity-k8s.iam.gserviceaccount.com",
};

describe("Registry", () => {
  test("declares a repository for each app, which the reader may pull from", async () => {
    const { result, resources } = await runWithMocks(gcpMocks, () => new Registry("base", args));
    assert.deepEqual(listOf(resources), [
      "gcp:artifactregistry/repository:Repository base-julia",
      "gcp:artifactregistry/repository:Repository base-mandelbrot",
      "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember base-julia-reader",
      "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember base-mandelbrot-reader",
      "trinity:gcp:Registry base",
    ]);
    assert.deepEqual(unparented(resources), ["base"]);
    assert.deepEqual(find(resources, "base-mandelbrot").inputs, {
      repositoryId: "trinity-dev-gcp-mandelbrot",
      location: "us-central1",
      format: "DOCKER",
      description: "Images of the app mandelbrot",
      dockerConfig: { immutableTags: true },
      cleanupPolicies,
      cleanupPolicyDryRun: false,
    });
    assert.deepEqual(find(resources, "base-mandelbrot-reader").inputs, {
      repository: "trinity-dev-gcp-mandelbrot",
      location: "us-central1",
      role: "roles/artifactregistry.reader",
      member: args.reader,
    });
    assert.equal(await valueOf(result.host), "us-central1-docker.pkg.dev");
    assert.deepEqual(await valueOf(result.repositories), {
      mandelbrot: "us-central1-docker.pkg.dev/trinity-k8s/trinity-dev-gcp-mandelbrot/mandelbrot",
      julia: "us-central1-docker.pkg.dev/trinity-k8s/trinity-dev-gcp-julia/julia",
    });
  });

  test("protects the repositories, and the images in them, when asked to", async () => {
    for (const deletionProtection of [true, false]) {
      const { resources } = await runWithMocks(gcpMocks, () => new Registry("base", { ...args, deletionProtection }));
      assert.equal(find(resources, "base-mandelbrot").protect, deletionProtection);
    }
  });

  test("has no repository where no app runs", async () => {
    const { result, resources } = await runWithMocks(gcpMocks, () => new Registry("base", { ...args, apps: [] }));
    assert.deepEqual(listOf(resources), ["trinity:gcp:Registry base"]);
    assert.deepEqual(await valueOf(result.repositories), {});
  });

  test("refuses an app that is there twice", async () => {
    await runWithMocks(gcpMocks, () => {
      const [app] = args.apps;
      assert.ok(app);
      assert.throws(
        () => new Registry("base", { ...args, apps: [app, app] }),
        refusal("apps", /"mandelbrot" is there twice/),
      );
    });
  });
});

describe("cleanupPolicies", () => {
  test("delete what is untagged for 7 days, and pull requests' images after 30", () => {
    const deleted = cleanupPolicies.filter(({ action }) => action === "DELETE").map(({ condition }) => condition);
    assert.deepEqual(deleted, [
      { tagState: "UNTAGGED", olderThan: "604800s" },
      { tagState: "TAGGED", tagPrefixes: ["pr-"], olderThan: "2592000s" },
    ]);
  });

  test("keep every release and the last 30 images, which only a KEEP policy can say", () => {
    const kept = cleanupPolicies.filter(({ action }) => action === "KEEP");
    assert.deepEqual(
      kept.map(({ condition, mostRecentVersions }) => condition ?? mostRecentVersions),
      [{ tagState: "TAGGED", tagPrefixes: ["sha-"] }, { keepCount: 30 }],
    );
  });
});
