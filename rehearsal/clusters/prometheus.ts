import * as path from "node:path";
import type { Child } from "../processes/child";
import type { ControlPlane } from "./control-plane";
import type { Endpoint } from "./endpoints";
import { acceptsTcp, freePort } from "../ports";
import { type ClusterOptions, startProgram } from "./program";

export interface PrometheusOptions extends ClusterOptions {
  /** Prometheus's configuration; in it, `kubernetes_sd_configs` name the cluster by `kubeconfig_file`. */
  readonly configFile: string;
}

/** Starts a cluster's Prometheus as a process of this machine. Its measurements are gone with the run. */
export async function startPrometheus(
  controlPlane: Pick<ControlPlane, "name" | "folder">,
  options: PrometheusOptions,
): Promise<Child & Endpoint> {
  const port = await freePort();
  const host = "127.0.0.1";
  const child = await startProgram(options, {
    name: `${controlPlane.name}-prometheus`,
    command: options.tools.prometheus,
    args: [
      `--config.file=${options.configFile}`,
      `--web.listen-address=${host}:${port}`,
      `--storage.tsdb.path=${path.join(controlPlane.folder, "prometheus")}`,
      "--storage.tsdb.retention.time=6h",
      "--log.level=warn",
    ],
    ready: async () => (await acceptsTcp(port)) && (await fetch(`http://${host}:${port}/-/ready`)).ok,
  });
  return { ...child, host, port };
}
