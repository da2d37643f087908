import { startControlPlanes, startNode } from "../../../rehearsal/clusters";
import { clusterTools } from "./support";

/** Starts a cluster with a node in the folder named on the command line, says "up" and waits to be killed. */
async function main([folder = "", logs = ""]: readonly string[]): Promise<void> {
  const options = { folder, logs, tools: await clusterTools() };
  const clusters = [{ cloud: "aws", name: "trinity-test-aws" }] as const;
  const [plane] = await startControlPlanes({ ...options, clusters, onProgress: () => undefined });
  if (plane !== undefined) await startNode(plane, { ...options, index: 0, environment: {} });
  process.stdout.write("up\n");
  setInterval(() => undefined, 60_000);
}

void main(process.argv.slice(2));
