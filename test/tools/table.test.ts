import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { repositoryRoot } from "../../rehearsal/paths";
import { tools } from "../../rehearsal/tools/tools";
import { clusterToolNames, scanToolNames, type ToolName, toolNames } from "../../rehearsal/tools/types";
import { isAtLeast } from "../../rehearsal/tools/version";

/** Tools that nobody publishes but in images, or at all: they are built. */
const unpublished: readonly ToolName[] = ["pause", "cache-server", "rollouts-controller", "metrics-server", "kwok"];

/** Modules with another version than the tool. */
const moduleVersions: Partial<Record<ToolName, string>> = {
  // The language host is built from an older module than the engine (see tools.ts).
  "pulumi-language-nodejs": "3.60.0",
  // Prometheus's modules are numbered apart from its releases: v3.10.0 is v0.310.0.
  prometheus: "0.310.0",
};

/** Main packages that are this repository's own, and the module that each is made of and has its version from. */
const ownPackages: Readonly<Record<string, string | undefined>> = {
  "trinity/tools/registry": "github.com/distribution/distribution/v3",
  "trinity/tools/cache-server": undefined,
  "trinity/tools/pause": undefined,
};

for (const name of [...toolNames, ...scanToolNames, ...clusterToolNames]) {
  const spec = tools[name];
  const { module, package: main } = spec.build;
  const goMod = readFileSync(path.join(repositoryRoot, "rehearsal", "tools", "go", module, "go.mod"), "utf8");

  const source = main in ownPackages ? ownPackages[main] : main;

  test(`${name}: what is built is what the table says`, () => {
    assert.match(goMod, new RegExp(`^(?:tool |module )?\\s*${main}$`, "m"), "go.mod has no such tool directive");
    if (source === undefined) return;
    const required = [...goMod.matchAll(/^(?:require )?\t?(\S+) v(\S+)/gm)]
      .filter(([, required]) => source === required || source.startsWith(`${required}/`))
      .map(([, , version]) => version);
    assert.deepEqual(required, [moduleVersions[name] ?? spec.version]);
  });

  test(`${name}: the version that is fetched is good enough, and every address names it`, () => {
    assert.ok(isAtLeast(spec.version, spec.minimum));
    const urls = Object.values(spec.download.urls);
    assert.equal(urls.length > 0, !unpublished.includes(name));
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

test("the addresses of the scanners on Linux", () => {
  const addresses = scanToolNames.map((name) => {
    const { urls, checksums } = tools[name].download;
    const url = urls["linux-x64"] ?? "";
    return [url, checksums(url)];
  });
  const actionlint = "https://github.com/rhysd/actionlint/releases/download/v1.7.12";
  const kubeScore = "https://github.com/zegl/kube-score/releases/download/v1.20.0";
  assert.deepEqual(addresses, [
    [`${actionlint}/actionlint_1.7.12_linux_amd64.tar.gz`, `${actionlint}/actionlint_1.7.12_checksums.txt`],
    [`${kubeScore}/kube-score_1.20.0_linux_amd64.tar.gz`, `${kubeScore}/checksums.txt`],
  ]);
});

test("the addresses of the clusters' tools on Linux", () => {
  const addresses = clusterToolNames.flatMap((name) => {
    const { urls, checksums } = tools[name].download;
    const url = urls["linux-x64"];
    return url === undefined ? [] : [[url, checksums(url)]];
  });
  const github = "https://github.com";
  const kubernetes = "https://dl.k8s.io/release/v1.35.4/bin/linux/amd64";
  const containerd = `${github}/containerd/containerd/releases/download/v2.2.0/containerd-2.2.0-linux-amd64.tar.gz`;
  const plugins = `${github}/containernetworking/plugins/releases/download/v1.8.0/cni-plugins-linux-amd64-v1.8.0.tgz`;
  const crane = `${github}/google/go-containerregistry/releases/download/v0.20.7`;
  const etcd = `${github}/etcd-io/etcd/releases/download/v3.6.5`;
  const argocd = `${github}/argoproj/argo-cd/releases/download/v3.2.6`;
  const prometheus = `${github}/prometheus/prometheus/releases/download/v3.10.0`;
  assert.deepEqual(addresses, [
    [`${crane}/go-containerregistry_Linux_x86_64.tar.gz`, `${crane}/checksums.txt`],
    [`${etcd}/etcd-v3.6.5-linux-amd64.tar.gz`, `${etcd}/SHA256SUMS`],
    ...["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet"].map((name) => [
      `${kubernetes}/${name}`,
      `${kubernetes}/${name}.sha256`,
    ]),
    ...Array.from({ length: 3 }, () => [containerd, `${containerd}.sha256sum`]),
    ...Array.from({ length: 3 }, () => [plugins, `${plugins}.sha256`]),
    [`${argocd}/argocd-linux-amd64`, `${argocd}/cli_checksums.txt`],
    [`${prometheus}/prometheus-3.10.0.linux-amd64.tar.gz`, `${prometheus}/sha256sums.txt`],
  ]);
});
