import assert from "node:assert/strict";
import { describe, test } from "node:test";
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
  deletionProtection: false,
  labels: { project: "trinity", env: "dev" },
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
      labels: args.labels,
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
