import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { repositoryRoot } from "../../rehearsal/paths";
import { tools } from "../../rehearsal/tools/tools";
import { toolNames } from "../../rehearsal/tools/types";
import { isAtLeast } from "../../rehearsal/tools/version";

for (const name of toolNames) {
  const spec = tools[name];
  const { module, package: main } = spec.build;
  const goMod = readFileSync(path.join(repositoryRoot, "rehearsal", "tools", "go", module, "go.mod"), "utf8");

  // The registry's main package is its module's own (see main.go there).
  const source = main === "trinity/tools/registry" ? "github.com/distribution/distribution/v3" : main;

  test(`${name}: what is built is what the table says`, () => {
    assert.match(goMod, new RegExp(`^(?:tool |module )?\\s*${main}$`, "m"), "go.mod has no such tool directive");
    const required = [...goMod.matchAll(/^(?:require )?\t?(\S+) v(\S+)/gm)]
      .filter(([, required]) => source === required || source.startsWith(`${required}/`))
      .map(([, , version]) => version);
    // The language host is built from an older module than the engine (see tools.ts).
    const expected = name === "pulumi-language-nodejs" ? "3.60.0" : spec.version;
    assert.deepEqual(required, [expected]);
  });

  test(`${name}: the version that is fetched is good enough, and every address names it`, () => {
    assert.ok(isAtLeast(spec.version, spec.minimum));
    const urls = Object.values(spec.download.urls);
    assert.ok(urls.length > 0);
    for (const url of urls) {
      for (const address of [url, spec.download.checksums(url)]) {
        assert.equal(new URL(address).protocol, "https:");
        assert.ok(address.includes(spec.version), address);
      }
    }
  });
}

test("the addresses on Linux", () => {
  const addresses = toolNames.map((name) => {
    const { urls, checksums } = tools[name].download;
    const url = urls["linux-x64"] ?? "";
    return [url, checksums(url)];
  });
  const github = "https://github.com";
  assert.deepEqual(addresses, [
    [
      "https://get.pulumi.com/releases/sdk/pulumi-v3.259.0-linux-x64.tar.gz",
      `${github}/pulumi/pulumi/releases/download/v3.259.0/pulumi-3.259.0-checksums.txt`,
    ],
    [
      "https://get.pulumi.com/releases/sdk/pulumi-v3.259.0-linux-x64.tar.gz",
      `${github}/pulumi/pulumi/releases/download/v3.259.0/pulumi-3.259.0-checksums.txt`,
    ],
    [
      `${github}/pulumi/pulumi-docker-build/releases/download/v0.0.22/pulumi-resource-docker-build-v0.0.22-linux-amd64.tar.gz`,
      `${github}/pulumi/pulumi-docker-build/releases/download/v0.0.22/pulumi-docker-build_0.0.22_checksums.txt`,
    ],
    [
      `${github}/moby/buildkit/releases/download/v0.25.1/buildkit-v0.25.1.linux-amd64.tar.gz`,
      `${github}/moby/buildkit/releases/download/v0.25.1/buildkit-v0.25.1.linux-amd64.provenance.json`,
    ],
    [
      `${github}/opencontainers/runc/releases/download/v1.3.3/runc.amd64`,
      `${github}/opencontainers/runc/releases/download/v1.3.3/runc.sha256sum`,
    ],
    [
      `${github}/kubernetes-sigs/kustomize/releases/download/kustomize%2Fv5.7.1/kustomize_v5.7.1_linux_amd64.tar.gz`,
      `${github}/kubernetes-sigs/kustomize/releases/download/kustomize%2Fv5.7.1/checksums.txt`,
    ],
    [
      `${github}/distribution/distribution/releases/download/v3.0.0/registry_3.0.0_linux_amd64.tar.gz`,
      `${github}/distribution/distribution/releases/download/v3.0.0/registry_3.0.0_linux_amd64.tar.gz.sha256`,
    ],
  ]);
});
