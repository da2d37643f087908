import * as path from "node:path";
import type { Child } from "../processes/child";
import { acceptsTcp, freePorts } from "../ports";
import { type ClusterOptions, startProgram } from "./program";

/** Starts the one etcd that all clusters share, each below a prefix of its own. @returns with its address */
export async function startEtcd(options: ClusterOptions): Promise<Child & { readonly address: string }> {
  const [client = 0, peer = 0] = await freePorts(2);
  const address = `http://127.0.0.1:${client}`;
  const child = await startProgram(options, {
    name: "etcd",
    command: options.tools.etcd,
    args: [
      `--data-dir=${path.join(options.folder, "etcd")}`,
      `--listen-client-urls=${address}`,
      `--advertise-client-urls=${address}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-cluster=default=http://127.0.0.1:${peer}`,
      // Nothing of it is wanted after a power cut, and waiting for the disk is most of what it does.
      "--unsafe-no-fsync",
      "--snapshot-count=5000",
      "--auto-compaction-mode=periodic",
      "--auto-compaction-retention=10m",
      `--quota-backend-bytes=${512 * 1024 * 1024}`,
      "--log-level=warn",
    ],
    ready: () => acceptsTcp(client),
  });
  return { ...child, address };
}
