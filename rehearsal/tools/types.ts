/** The tools that a rehearsal runs besides Node.js. */
export const toolNames = [
  "pulumi",
  "pulumi-language-nodejs",
  "pulumi-resource-docker-build",
  "buildkitd",
  "runc",
  "kustomize",
  "registry",
] as const;

/** The tools that real clusters are made of, in the order in which they are wanted; a plain rehearsal needs none. */
export const clusterToolNames = [
  "crane",
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "containerd",
  "containerd-shim-runc-v2",
  "ctr",
  "bridge",
  "host-local",
  "loopback",
  "pause",
  "cache-server",
  "argocd",
  "rollouts-controller",
  "prometheus",
  "metrics-server",
  "kwok",
] as const;

/** The tools that look over workflows and manifests (rehearsal/scan). */
export const scanToolNames = ["actionlint", "kube-score"] as const;

export type ClusterToolName = (typeof clusterToolNames)[number];

export type ToolName = (typeof toolNames)[number] | (typeof scanToolNames)[number] | ClusterToolName;

/** Operating system and processor, as Node.js names them. */
export type Platform = `${"linux" | "darwin"}-${"x64" | "arm64"}`;

/** The three ways to a tool, in the order in which they are tried. */
export type Way = "path" | "download" | "build";

/** Where a tool in use came from; `cached` is one downloaded or built by an earlier run. */
export type ToolSource = Way | "cached";

/** A tool that is ready to run. */
export interface Tool {
  /** The executable, absolute. */
  readonly path: string;
  /** Without a leading `v`, for instance `3.259.0`. */
  readonly version: string;
  readonly source: ToolSource;
}

/** Everything there is to know about a tool before it is there. */
export interface ToolSpec {
  readonly name: ToolName;
  /** What it is needed for: completes "kustomize is needed to …" in errors. */
  readonly purpose: string;
  /** The version that is downloaded or built, without a leading `v`. */
  readonly version: string;
  /** The oldest version that will do, without a leading `v`. */
  readonly minimum: string;
  /** Where the tool runs at all. */
  readonly platforms: readonly Platform[];
  readonly installed: Installed;
  readonly download: Download;
  readonly build: Build;
}

/** How a version already on the machine is recognised. */
export type Installed =
  /** An executable on PATH that tells its version when it is run with `args`; `pattern`'s first group is the version. */
  | { readonly kind: "version"; readonly args: readonly string[]; readonly pattern: RegExp }
  /** It tells no version, but comes in one folder with another tool on PATH, and has that tool's version. */
  | { readonly kind: "beside"; readonly tool: ToolName }
  /** It tells no version, but Pulumi keeps it in a folder that does. */
  | { readonly kind: "pulumi-plugin"; readonly plugin: string }
  /** It is never taken from the machine: nobody else makes it, or it tells nothing to recognise it by. */
  | { readonly kind: "never" };

/** A published release. */
export interface Download {
  /** The file for each platform; a platform that is missing has none, and so may all. TLS only, but for loopback. */
  readonly urls: Partial<Record<Platform, string>>;
  /** Where the file's SHA-256 is published, given the file's own URL. */
  readonly checksums: (url: string) => string;
  /** `sha256sum` lines (or a bare hash), or an in-toto statement that names the file as a subject. */
  readonly checksumFormat: "sha256sum" | "in-toto";
  /**
   * The tool's path in the tar archive, with `<archive>` for the archive's name without `.tar.gz`; undefined when the
   * file is the executable itself.
   */
  readonly member: string | undefined;
}

/** A build from Go modules. */
export interface Build {
  /**
   * Folder in `rehearsal/tools/go` whose go.mod and go.sum pin everything that is built, and nothing else is in. Tools that
   * can be made of the same versions have one together: what they share is compiled once.
   */
  readonly module: string;
  /** The main package. */
  readonly package: string;
  readonly tags: readonly string[];
  readonly ldflags: readonly string[];
  /** Whether a C compiler is needed. */
  readonly cgo: boolean;
  /** How many modules Go fetches when it has none: the estimate that progress is shown by. */
  readonly modules: number;
}
