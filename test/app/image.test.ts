import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ImageRelease, type ImageReleaseArgs } from "../../components/app/image";
import { find, listOf, type MockTables, runWithMocks, unparented, valueOf } from "../support/mocks";

const digest = `sha256:${"a1".repeat(32)}`;
const commit = "36f1855b6a8139ea26be13dc6616477f30d3b4e1";

const repositories = {
  aws: "1.dkr.ecr.us-east-1.amazonaws.com/a",
  gcp: "us-docker.pkg.dev/p/r/i",
  azure: "x.azurecr.io/m",
};

const args: ImageReleaseArgs = {
  app: "mandelbrot",
  context: ".trinity/context/mandelbrot",
  repositories,
  tag: `sha-${commit}`,
  commit,
  time: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000,
  platforms: ["linux/amd64", "linux/arm64"],
};

const mocks: MockTables = { resources: { "docker-build:index:Image": () => ({ digest }) } };

function build(changes: Partial<ImageReleaseArgs> = {}) {
  return runWithMocks(mocks, () => new ImageRelease("mandelbrot", { ...args, ...changes }));
}

describe("an image release", () => {
  test("is one image, which outlives the stack", async () => {
    const { resources } = await build();
    assert.deepEqual(listOf(resources), ["docker-build:index:Image mandelbrot-image", "trinity:app:Image mandelbrot"]);
    assert.deepEqual(unparented(resources), ["mandelbrot"]);
    assert.equal(find(resources, "mandelbrot-image").retainOnDelete, true);
  });

  test("is built for all platforms under one tag in each repository, never in a preview, without logins", async () => {
    const { resources } = await build({
      builder: "b",
      buildArguments: { NODE_IMAGE: "n" },
      source: "https://s/?a,b",
      base: { name: "n", digest },
    });
    const labels = {
      title: "mandelbrot",
      version: `sha-${commit}`,
      revision: commit,
      created: "2026-01-02T03:04:05.000Z",
      source: "https://s/?a,b",
      "base.name": "n",
      "base.digest": digest,
    };
    const annotations = Object.entries(labels).map(
      ([key, value]) => `annotation-index.org.opencontainers.image.${key}=${value}`,
    );
    const attributes = ["type=registry", "oci-mediatypes=true", "rewrite-timestamp=true", ...annotations];
    assert.deepEqual(find(resources, "mandelbrot-image").inputs, {
      context: { location: args.context },
      dockerfile: { location: ".trinity/context/mandelbrot/Dockerfile" },
      tags: Object.values(repositories).map((repository) => `${repository}:${args.tag}`),
      platforms: ["linux/amd64", "linux/arm64"],
      builder: { name: "b" },
      buildArgs: { NODE_IMAGE: "n", SOURCE_DATE_EPOCH: "1767323045" },
      labels: Object.fromEntries(
        Object.entries(labels).map(([key, value]) => [`org.opencontainers.image.${key}`, value]),
      ),
      // As CSV, in which what has a comma is in quotes.
      exports: [{ raw: attributes.map((text) => (text.includes(",") ? `"${text}"` : text)).join(",") }],
      push: false,
      buildOnPreview: false,
      network: "default",
    });
  });

  test("of one platform has no index to describe", async () => {
    const { resources } = await build({ platforms: ["linux/arm64"] });
    assert.deepEqual(find(resources, "mandelbrot-image").inputs.exports, [
      { raw: "type=registry,oci-mediatypes=true,rewrite-timestamp=true" },
    ]);
  });

  test("has one version label, whatever its tag", async () => {
    const { resources } = await build({ tag: `pr-7-${commit}` });
    const { labels } = find(resources, "mandelbrot-image").inputs as { readonly labels: Record<string, string> };
    assert.equal(labels["org.opencontainers.image.version"], `sha-${commit}`);
  });

  test("is given secrets, whose change builds nothing", async () => {
    const { resources } = await build({ buildSecrets: { npmrc: "value", "npm-ca": "other" } });
    const { inputs } = find(resources, "mandelbrot-image");
    assert.deepEqual(inputs.ignoreSecretsInDiffCalculation, ["npm-ca", "npmrc"]);
    assert.deepEqual(inputs.secrets, { npmrc: "value", "npm-ca": "other" });
  });

  test("gives one digest for every cloud", async () => {
    const { result } = await build({ repositories: { gcp: "us-docker.pkg.dev/p/r/i" } });
    assert.deepEqual(await valueOf(result.images), { gcp: `us-docker.pkg.dev/p/r/i@${digest}` });
    assert.equal(await valueOf(result.digest), digest);
    assert.equal(await valueOf(result.tag), args.tag);
  });

  const wrong: [string, Partial<ImageReleaseArgs>, RegExp][] = [
    ["no repository", { repositories: {} }, /repositories.*nowhere to push/],
    ["a tag that moves", { tag: "latest" }, /tag.*"latest".*latest moves/],
    ["a tag with a slash", { tag: "a/b" }, /tag.*"a\/b".*1 to 128 letters/],
    ["half a commit", { commit: "36f1855" }, /commit.*"36f1855".*40 hexadecimal/],
    ["a time with a fraction", { time: 1.5 }, /time.*1\.5.*whole seconds/],
  ];
  for (const [what, changes, message] of wrong) {
    test(`refuses ${what} before anything is declared`, async () => {
      await assert.rejects(build(changes), (error: unknown) => {
        const { propertyPath, reason } = error as { readonly propertyPath: string; readonly reason: string };
        assert.match(`${propertyPath} ${reason}`, message);
        return true;
      });
    });
  }
});
