import { everywhere, githubRelease, releases, stripped } from "./releases";
import type { scanToolNames, ToolSpec } from "./types";

const actionlint = "1.7.12";
const kubeScore = "1.20.0";

/** The tools that look over workflows and manifests. A test holds the versions against the go.mod files. */
export const scanTools: Readonly<Record<(typeof scanToolNames)[number], ToolSpec>> = {
  actionlint: {
    name: "actionlint",
    purpose: "check the workflows",
    version: actionlint,
    minimum: actionlint,
    platforms: everywhere,
    installed: { kind: "version", args: ["-version"], pattern: /^v?(\d\S*)/m },
    download: {
      urls: releases(everywhere, (os, arch) =>
        githubRelease("rhysd/actionlint", `v${actionlint}`, `actionlint_${actionlint}_${os}_${arch}.tar.gz`),
      ),
      checksums: () => githubRelease("rhysd/actionlint", `v${actionlint}`, `actionlint_${actionlint}_checksums.txt`),
      checksumFormat: "sha256sum",
      member: "actionlint",
    },
    build: {
      module: "actionlint",
      package: "github.com/rhysd/actionlint/cmd/actionlint",
      tags: [],
      ldflags: [...stripped, "-X", `github.com/rhysd/actionlint.version=${actionlint}`],
      cgo: false,
      modules: 13,
    },
  },
  "kube-score": {
    name: "kube-score",
    purpose: "check what the overlays render",
    version: kubeScore,
    minimum: kubeScore,
    platforms: everywhere,
    installed: { kind: "version", args: ["version"], pattern: /^kube-score version: (\d[^,\s]*)/m },
    download: {
      urls: releases(everywhere, (os, arch) =>
        githubRelease("zegl/kube-score", `v${kubeScore}`, `kube-score_${kubeScore}_${os}_${arch}.tar.gz`),
      ),
      checksums: () => githubRelease("zegl/kube-score", `v${kubeScore}`, "checksums.txt"),
      checksumFormat: "sha256sum",
      member: "kube-score",
    },
    build: {
      module: "kube-score",
      package: "github.com/zegl/kube-score/cmd/kube-score",
      tags: [],
      ldflags: [...stripped, "-X", `main.version=${kubeScore}`],
      cgo: false,
      modules: 32,
    },
  },
};
