import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { usableRunc } from "../../buildkit/runc";
import type { Child } from "../../processes/child";
import { accepts } from "../../processes/socket";
import { type ClusterOptions, startProgram } from "../program";
import type { NodeNamespaces } from "./namespaces";
import type { ClusterNetwork } from "./network";
import { pauseImage, writePauseImage } from "./pause-image";

const run = promisify(execFile);

/** Inside the node's namespaces, where no other node's is. */
export const containerdSocket = "/run/containerd/containerd.sock";

export interface ContainerdOptions extends ClusterOptions {
  /** The node's name. */
  readonly name: string;
  /** The node's number in its cluster. */
  readonly index: number;
  /** Folder of the node's files. */
  readonly home: string;
  readonly namespaces: NodeNamespaces;
  readonly network: ClusterNetwork;
  /** What leads pulls to registries: HTTPS_PROXY, SSL_CERT_FILE and the like. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts a node's containerd, and gives it the pause image. */
export async function startContainerd(options: ContainerdOptions): Promise<Child> {
  const { name, home, namespaces, tools } = options;
  const pluginConfiguration = path.join(home, "cni");
  mkdirSync(pluginConfiguration, { recursive: true });
  writeFileSync(path.join(pluginConfiguration, "10-pods.conflist"), JSON.stringify(podNetwork(options)));
  const config = path.join(home, "containerd.toml");
  writeFileSync(
    config,
    configuration({
      root: path.join(home, "containerd"),
      runc: await usableRunc(tools.runc, home),
      plugins: [...new Set([tools.bridge, tools["host-local"], tools.loopback].map((tool) => path.dirname(tool)))],
      pluginConfiguration,
    }),
  );
  const shimFolder = path.dirname(tools["containerd-shim-runc-v2"]);
  const child = await startProgram(options, {
    name: `${name}-containerd`,
    ...namespaces.inside(tools.containerd, ["--config", config]),
    environment: { ...options.environment, PATH: `${shimFolder}:${process.env.PATH ?? ""}` },
    ready: () => accepts(namespaces.seenFromOutside(containerdSocket)),
  });
  try {
    const archive = path.join(home, "pause.tar");
    await writePauseImage(tools.pause, archive);
    const { command, args } = namespaces.inside(tools.ctr, [
      ...["--address", containerdSocket, "--namespace", "k8s.io"],
      ...["images", "import", archive],
    ]);
    await run(command, args, { timeout: 60_000, signal: options.signal });
    return child;
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** All pods of a cluster are on one bridge, each node's with addresses of their own (CNI specification 1.0). */
function podNetwork({ network, index, home }: ContainerdOptions): unknown {
  const { first, last } = network.pods(index);
  return {
    cniVersion: "1.0.0",
    name: "pods",
    plugins: [
      {
        type: "bridge",
        bridge: network.bridge,
        // The bridge has its address already. As a gateway the plugin would have this machine route packets for others.
        isGateway: false,
        ipMasq: false,
        ipam: {
          type: "host-local",
          dataDir: path.join(home, "addresses"),
          ranges: [[{ subnet: network.subnet, rangeStart: first, rangeEnd: last, gateway: network.gateway }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
    ],
  };
}

interface Configuration {
  /** Folder of images and snapshots. */
  readonly root: string;
  readonly runc: string;
  /** Folders of the CNI plugins. */
  readonly plugins: readonly string[];
  readonly pluginConfiguration: string;
}

/** Strings and lists of strings are written the same in TOML as in JSON. */
function configuration({ root, runc, plugins, pluginConfiguration }: Configuration): string {
  const text = (value: unknown) => JSON.stringify(value);
  return `version = 3
root = ${text(root)}
state = "/run/containerd"
# None of these is used, and some make folders elsewhere.
disabled_plugins = [
  "io.containerd.internal.v1.opt",
  "io.containerd.internal.v1.tracing",
  "io.containerd.nri.v1.nri",
  "io.containerd.snapshotter.v1.blockfile",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.erofs",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.tracing.processor.v1.otlp",
]

[grpc]
address = ${text(containerdSocket)}

[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = ${text(pauseImage)}

[plugins."io.containerd.cri.v1.runtime"]
# Some machines let no process have a lower oom_score_adj than its parent's, and pods ask for -998.
restrict_oom_score_adj = true

[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ${text(plugins)}
conf_dir = ${text(pluginConfiguration)}

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
BinaryName = ${text(runc)}
SystemdCgroup = false
`;
}
