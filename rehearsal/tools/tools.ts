import { clusterTools } from "./cluster-tools";
import { everywhere, githubRelease, linux, releases, stripped } from "./releases";
import { scanTools } from "./scan-tools";
import type { ToolName, ToolSpec } from "./types";

const pulumi = "3.259.0";
const dockerBuild = "0.0.22";
const buildkit = "0.25.1";
const runc = "1.3.3";
const kustomize = "5.7.1";
const registry = "3.0.0";

/** Pulumi's own release flags: https://github.com/pulumi/pulumi/blob/master/.goreleaser.yml */
const pulumiTags = ["osusergo", "grpcnotrace"];
const pulumiDownload = {
  urls: releases(everywhere, (os, arch) => {
    return `https://get.pulumi.com/releases/sdk/pulumi-v${pulumi}-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`;
  }),
  checksums: () => githubRelease("pulumi/pulumi", `v${pulumi}`, `pulumi-${pulumi}-checksums.txt`),
  checksumFormat: "sha256sum",
} as const;

/** The tools, their versions and where to get them. A test holds the versions against the go.mod files. */
export const tools: Readonly<Record<ToolName, ToolSpec>> = {
  ...clusterTools,
  ...scanTools,
  pulumi: {
    name: "pulumi",
    purpose: "preview and update the stacks",
    version: pulumi,
    minimum: pulumi,
    platforms: everywhere,
    installed: { kind: "version", args: ["version"], pattern: /^v(\d\S*)/m },
    download: { ...pulumiDownload, member: "pulumi/pulumi" },
    build: {
      module: "engine",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      tags: pulumiTags,
      // Without it `pulumi version` prints nothing and the Automation API refuses the engine.
      ldflags: [...stripped, "-X", `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumi}`],
      cgo: false,
      modules: 254,
    },
  },
  "pulumi-language-nodejs": {
    name: "pulumi-language-nodejs",
    purpose: "run Pulumi programs written in TypeScript",
    // It tells no version of its own: this is the engine's that it is used with.
    version: pulumi,
    minimum: pulumi,
    platforms: everywhere,
    installed: { kind: "beside", tool: "pulumi" },
    download: { ...pulumiDownload, member: "pulumi/pulumi-language-nodejs" },
    build: {
      // An older host than the engine: later ones left the sdk module for one that is not published for `go build`.
      // It drives this engine, but does not run plugins or policy packs written in TypeScript (`RunPlugin`).
      module: "language-nodejs",
      package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
      tags: [],
      ldflags: stripped,
      cgo: false,
      modules: 54,
    },
  },
  "pulumi-resource-docker-build": {
    name: "pulumi-resource-docker-build",
    purpose: "build images and push them to the registries",
    version: dockerBuild,
    minimum: dockerBuild,
    platforms: everywhere,
    installed: { kind: "pulumi-plugin", plugin: "docker-build" },
    download: {
      urls: releases(everywhere, (os, arch) =>
        githubRelease(
          "pulumi/pulumi-docker-build",
          `v${dockerBuild}`,
          `pulumi-resource-docker-build-v${dockerBuild}-${os}-${arch}.tar.gz`,
        ),
      ),
      checksums: () =>
        githubRelease(
          "pulumi/pulumi-docker-build",
          `v${dockerBuild}`,
          `pulumi-docker-build_${dockerBuild}_checksums.txt`,
        ),
      checksumFormat: "sha256sum",
      member: "pulumi-resource-docker-build",
    },
    build: {
      module: "engine",
      package: "github.com/pulumi/pulumi-docker-build/provider/cmd/pulumi-resource-docker-build",
      tags: pulumiTags,
      // Without it the engine warns on every run that the plugin "has 0.0.1".
      ldflags: [...stripped, "-X", `github.com/pulumi/pulumi-docker-build/provider.Version=${dockerBuild}`],
      cgo: false,
      modules: 297,
    },
  },
  buildkitd: {
    name: "buildkitd",
    purpose: "build images without Docker",
    version: buildkit,
    // The first whose image exporter rewrites timestamps, which makes digests reproducible.
    minimum: "0.13.0",
    platforms: linux,
    installed: { kind: "version", args: ["--version"], pattern: /\sv(\d\S*)/ },
    download: {
      urls: releases(linux, (os, arch) =>
        githubRelease("moby/buildkit", `v${buildkit}`, `buildkit-v${buildkit}.${os}-${arch}.tar.gz`),
      ),
      // BuildKit publishes no checksum file; its provenance statement holds the archive's digest.
      checksums: (url) => url.replace(/\.tar\.gz$/, ".provenance.json"),
      checksumFormat: "in-toto",
      member: "bin/buildkitd",
    },
    build: {
      module: "buildkit",
      package: "github.com/moby/buildkit/cmd/buildkitd",
      tags: ["osusergo", "netgo"],
      ldflags: [...stripped, "-X", `github.com/moby/buildkit/version.Version=v${buildkit}`],
      cgo: false,
      modules: 160,
    },
  },
  runc: {
    name: "runc",
    purpose: "run the RUN steps of a Dockerfile",
    version: runc,
    // The oldest seen working with this buildkitd.
    minimum: "1.1.5",
    platforms: linux,
    installed: { kind: "version", args: ["--version"], pattern: /^runc version (\d\S*)/m },
    download: {
      urls: releases(linux, (_os, arch) => githubRelease("opencontainers/runc", `v${runc}`, `runc.${arch}`)),
      checksums: () => githubRelease("opencontainers/runc", `v${runc}`, "runc.sha256sum"),
      checksumFormat: "sha256sum",
      member: undefined,
    },
    build: {
      module: "runc",
      package: "github.com/opencontainers/runc",
      // No `seccomp` tag, which would need libseccomp's headers as well as a C compiler: rehearsal/buildkit/runc.ts
      // makes such a runc usable.
      tags: [],
      ldflags: [...stripped, "-X", `main.version=${runc}`],
      cgo: true,
      modules: 24,
    },
  },
  kustomize: {
    name: "kustomize",
    purpose: "render the overlays",
    version: kustomize,
    // Any of the major version that Argo CD renders with.
    minimum: "5.0.0",
    platforms: everywhere,
    installed: { kind: "version", args: ["version"], pattern: /^v(\d\S*)/m },
    download: {
      urls: releases(everywhere, (os, arch) =>
        githubRelease(
          "kubernetes-sigs/kustomize",
          `kustomize/v${kustomize}`,
          `kustomize_v${kustomize}_${os}_${arch}.tar.gz`,
        ),
      ),
      checksums: () => githubRelease("kubernetes-sigs/kustomize", `kustomize/v${kustomize}`, "checksums.txt"),
      checksumFormat: "sha256sum",
      member: "kustomize",
    },
    build: {
      module: "kustomize",
      package: "sigs.k8s.io/kustomize/kustomize/v5",
      tags: [],
      ldflags: [...stripped, "-X", `sigs.k8s.io/kustomize/api/provenance.version=v${kustomize}`],
      cgo: false,
      modules: 28,
    },
  },
  registry: {
    name: "registry",
    purpose: "stand in for ECR, Artifact Registry and ACR",
    version: registry,
    // The first with the referrers API, which signatures, SBOMs and provenance hang on.
    minimum: registry,
    platforms: everywhere,
    installed: { kind: "version", args: ["--version"], pattern: /distribution\/v3 v?(\d\S*)/ },
    download: {
      // No archives are published for macOS.
      urls: releases(linux, (os, arch) =>
        githubRelease("distribution/distribution", `v${registry}`, `registry_${registry}_${os}_${arch}.tar.gz`),
      ),
      checksums: (url) => `${url}.sha256`,
      checksumFormat: "sha256sum",
      member: "registry",
    },
    build: {
      module: "registry",
      package: "trinity/tools/registry",
      tags: [],
      ldflags: [...stripped, "-X", `github.com/distribution/distribution/v3/version.version=v${registry}`],
      cgo: false,
      modules: 66,
    },
  },
};
