import { everywhere, githubRelease, linux, releases, stripped } from "./releases";
import type { ClusterToolName, Download, Installed, ToolSpec } from "./types";

const crane = "0.20.7";
const etcd = "3.6.5";
const kubernetes = "1.35.4";
const containerd = "2.2.0";
const cni = "1.8.0";
const argocd = "3.2.6";
const rollouts = "1.9.2";
const prometheus = "3.10.0";
const metricsServer = "0.9.0";
const kwok = "0.7.0";

/** Nothing is published but images, or nothing at all. */
const noDownload: Download = { urls: {}, checksums: () => "", checksumFormat: "sha256sum", member: undefined };

const toldBy = (argument: string, pattern: RegExp): Installed => ({ kind: "version", args: [argument], pattern });

/** The tools that real clusters are made of. A test holds the versions against the go.mod files. */
export const clusterTools: Readonly<Record<ClusterToolName, ToolSpec>> = {
  crane: {
    name: "crane",
    purpose: "read and copy images in registries",
    version: crane,
    minimum: "0.19.0",
    platforms: everywhere,
    installed: toldBy("version", /^v?(\d\S*)/m),
    download: {
      // Its releases name processors and systems as uname does.
      urls: releases(everywhere, (os, arch) => {
        const system = os === "darwin" ? "Darwin" : "Linux";
        const file = `go-containerregistry_${system}_${arch === "amd64" ? "x86_64" : arch}.tar.gz`;
        return githubRelease("google/go-containerregistry", `v${crane}`, file);
      }),
      checksums: () => githubRelease("google/go-containerregistry", `v${crane}`, "checksums.txt"),
      checksumFormat: "sha256sum",
      member: "crane",
    },
    build: {
      module: "crane",
      package: "github.com/google/go-containerregistry/cmd/crane",
      tags: [],
      ldflags: [...stripped, "-X", `github.com/google/go-containerregistry/cmd/crane/cmd.Version=v${crane}`],
      cgo: false,
      modules: 19,
    },
  },
  etcd: {
    name: "etcd",
    purpose: "hold the objects of the clusters",
    version: etcd,
    // Older ones do not know the request that this API server asks for progress by (RequestWatchProgress).
    minimum: "3.5.0",
    platforms: linux,
    installed: toldBy("--version", /^etcd Version: (\d\S*)/m),
    download: {
      urls: releases(linux, (os, arch) =>
        githubRelease("etcd-io/etcd", `v${etcd}`, `etcd-v${etcd}-${os}-${arch}.tar.gz`),
      ),
      checksums: () => githubRelease("etcd-io/etcd", `v${etcd}`, "SHA256SUMS"),
      checksumFormat: "sha256sum",
      member: "<archive>/etcd",
    },
    build: {
      module: "etcd",
      package: "go.etcd.io/etcd/server/v3",
      tags: [],
      ldflags: stripped,
      cgo: false,
      modules: 60,
    },
  },
  "kube-apiserver": kubernetesTool("kube-apiserver", "serve the clusters' API"),
  "kube-controller-manager": kubernetesTool("kube-controller-manager", "run the clusters' own controllers"),
  "kube-scheduler": kubernetesTool("kube-scheduler", "place pods on nodes"),
  kubelet: kubernetesTool("kubelet", "run pods on a node"),
  containerd: containerdTool("containerd", "pull images and run the nodes' containers"),
  "containerd-shim-runc-v2": containerdTool("containerd-shim-runc-v2", "keep a pod's containers"),
  ctr: containerdTool("ctr", "give a node the image that every pod begins with"),
  bridge: cniTool("bridge", "main", "give pods their network"),
  "host-local": cniTool("host-local", "ipam", "give pods their addresses"),
  loopback: cniTool("loopback", "main", "give pods their loopback device"),
  pause: ownTool("pause", "hold a pod's namespaces", 0),
  "cache-server": ownTool("cache-server", "play Argo CD's Redis", 2),
  argocd: {
    name: "argocd",
    purpose: "bring the clusters to what Git says",
    version: argocd,
    minimum: argocd,
    platforms: everywhere,
    installed: { kind: "version", args: ["version", "--client", "--short"], pattern: /^argocd: v(\d[^+\s]*)/m },
    download: {
      urls: releases(everywhere, (os, arch) => githubRelease("argoproj/argo-cd", `v${argocd}`, `argocd-${os}-${arch}`)),
      checksums: () => githubRelease("argoproj/argo-cd", `v${argocd}`, "cli_checksums.txt"),
      checksumFormat: "sha256sum",
      member: undefined,
    },
    build: {
      module: "argo",
      // All of Argo CD's servers and controllers are this one program, which goes by the name that it is started under.
      package: "github.com/argoproj/argo-cd/v3/cmd",
      tags: [],
      ldflags: [...stripped, "-X", `github.com/argoproj/argo-cd/v3/common.version=${argocd}`],
      cgo: false,
      modules: 420,
    },
  },
  "rollouts-controller": {
    name: "rollouts-controller",
    purpose: "lead rollouts through their steps",
    version: rollouts,
    minimum: rollouts,
    platforms: everywhere,
    installed: { kind: "never" },
    download: noDownload,
    build: {
      module: "argo",
      package: "github.com/argoproj/argo-rollouts/cmd/rollouts-controller",
      tags: [],
      ldflags: [...stripped, "-X", `github.com/argoproj/argo-rollouts/utils/version.version=v${rollouts}`],
      cgo: false,
      modules: 230,
    },
  },
  prometheus: {
    name: "prometheus",
    purpose: "measure what rollouts are judged by",
    version: prometheus,
    minimum: "3.0.0",
    platforms: everywhere,
    installed: toldBy("--version", /^prometheus, version (\d\S*)/m),
    download: {
      urls: releases(everywhere, (os, arch) =>
        githubRelease("prometheus/prometheus", `v${prometheus}`, `prometheus-${prometheus}.${os}-${arch}.tar.gz`),
      ),
      checksums: () => githubRelease("prometheus/prometheus", `v${prometheus}`, "sha256sums.txt"),
      checksumFormat: "sha256sum",
      member: "<archive>/prometheus",
    },
    build: {
      module: "prometheus",
      package: "github.com/prometheus/prometheus/cmd/prometheus",
      // Of the two dozen ways to find targets, most of which bring a cloud's client library, the one that is used.
      tags: ["remove_all_sd", "enable_kubernetes_sd"],
      ldflags: [...stripped, "-X", `github.com/prometheus/common/version.Version=${prometheus}`],
      cgo: false,
      modules: 300,
    },
  },
  "metrics-server": {
    name: "metrics-server",
    purpose: "tell how busy pods are",
    version: metricsServer,
    minimum: metricsServer,
    platforms: linux,
    installed: { kind: "never" },
    download: noDownload,
    build: {
      module: "metrics-server",
      package: "sigs.k8s.io/metrics-server/cmd/metrics-server",
      tags: [],
      ldflags: stripped,
      cgo: false,
      modules: 110,
    },
  },
  kwok: {
    name: "kwok",
    purpose: "play nodes where pods cannot run",
    version: kwok,
    minimum: kwok,
    platforms: everywhere,
    installed: toldBy("--version", /^kwok version v?(\d\S*)/m),
    download: noDownload,
    build: {
      module: "kwok",
      package: "sigs.k8s.io/kwok/cmd/kwok",
      tags: [],
      ldflags: [...stripped, "-X", `sigs.k8s.io/kwok/pkg/consts.Version=v${kwok}`],
      cgo: false,
      modules: 120,
    },
  },
};

function kubernetesTool(name: Extract<ClusterToolName, "kubelet" | `kube-${string}`>, purpose: string): ToolSpec {
  const [major, minor] = kubernetes.split(".");
  const version = "k8s.io/component-base/version";
  return {
    name,
    purpose,
    version: kubernetes,
    minimum: kubernetes,
    platforms: linux,
    installed: toldBy("--version", /^Kubernetes v(\d\S*)/m),
    download: {
      urls: releases(linux, (os, arch) => `https://dl.k8s.io/release/v${kubernetes}/bin/${os}/${arch}/${name}`),
      checksums: (url) => `${url}.sha256`,
      checksumFormat: "sha256sum",
      member: undefined,
    },
    build: {
      module: "kubernetes",
      package: `k8s.io/kubernetes/cmd/${name}`,
      tags: [],
      // Without them clients cannot read the server's version.
      ldflags: [
        ...stripped,
        ...["-X", `${version}.gitVersion=v${kubernetes}`],
        ...["-X", `${version}.gitMajor=${major ?? ""}`],
        ...["-X", `${version}.gitMinor=${minor ?? ""}`],
      ],
      cgo: false,
      modules: 140,
    },
  };
}

function containerdTool(name: Extract<ClusterToolName, "ctr" | `containerd${string}`>, purpose: string): ToolSpec {
  return {
    name,
    purpose,
    version: containerd,
    minimum: "2.0.0",
    platforms: linux,
    installed: toldBy("-v", /\bv(\d+\.\d+\.\d+\S*)/),
    download: {
      urls: releases(linux, (os, arch) =>
        githubRelease("containerd/containerd", `v${containerd}`, `containerd-${containerd}-${os}-${arch}.tar.gz`),
      ),
      checksums: (url) => `${url}.sha256sum`,
      checksumFormat: "sha256sum",
      member: `bin/${name}`,
    },
    build: {
      module: "containerd",
      package: `github.com/containerd/containerd/v2/cmd/${name}`,
      // Without the snapshotters that take a C library or are not used here.
      tags: ["no_btrfs", "no_devmapper", "no_zfs", "no_aufs"],
      ldflags: [...stripped, "-X", `github.com/containerd/containerd/v2/version.Version=v${containerd}`],
      cgo: false,
      modules: 100,
    },
  };
}

function cniTool(
  name: Extract<ClusterToolName, "bridge" | "host-local" | "loopback">,
  kind: "main" | "ipam",
  purpose: string,
): ToolSpec {
  const plugins = "github.com/containernetworking/plugins";
  return {
    name,
    purpose,
    version: cni,
    minimum: "1.1.0",
    platforms: linux,
    // There is another `bridge` on most machines, iproute2's, which says nothing of this kind.
    installed: toldBy("--version", /^CNI \S+ plugin v(\d\S*)/m),
    download: {
      urls: releases(linux, (os, arch) =>
        githubRelease("containernetworking/plugins", `v${cni}`, `cni-plugins-${os}-${arch}-v${cni}.tgz`),
      ),
      checksums: (url) => `${url}.sha256`,
      checksumFormat: "sha256sum",
      member: `./${name}`,
    },
    build: {
      module: "cni",
      package: `${plugins}/plugins/${kind}/${name}`,
      tags: [],
      ldflags: [...stripped, "-X", `${plugins}/pkg/utils/buildversion.BuildVersion=v${cni}`],
      cgo: false,
      modules: 14,
    },
  };
}

/** A program of this repository. */
function ownTool(name: Extract<ClusterToolName, "pause" | "cache-server">, purpose: string, modules: number): ToolSpec {
  return {
    name,
    purpose,
    version: "1.0.0",
    minimum: "1.0.0",
    platforms: linux,
    installed: { kind: "never" },
    download: noDownload,
    build: { module: name, package: `trinity/tools/${name}`, tags: [], ldflags: stripped, cgo: false, modules },
  };
}
