import * as fs from "node:fs";
import path from "node:path";
import type { TestContext } from "node:test";
import type { BootstrapOutputs } from "../../../infra/contract";
import { sessionOf } from "../../../rehearsal/clouds/kernel/access-token";
import { exportState } from "../../../rehearsal/engine/state";
import { runPulumi } from "../../../rehearsal/engine/pulumi";
import type { TestEngine } from "../../support/engine";
import { temporaryFolder } from "../../support/simulation";
import { type ApiServer, startApiServer } from "../../delivery/rollout/api-server";

/** What of a kubeconfig is changed here. */
interface Kubeconfig {
  readonly clusters: readonly { readonly name: string; readonly cluster: object }[];
}

/** A secret output in a state that shows it. */
interface Shown {
  plaintext: string;
}

/**
 * Puts a simulated API server behind the cluster of a stack that is up: the stack's kubeconfig leads there from now on. It
 * lets in whoever shows that it is the identity `rollout`, by the command that the kubeconfig names.
 */
export async function startCluster(
  context: TestContext,
  engine: TestEngine,
  { env, cloud, identities }: BootstrapOutputs,
): Promise<ApiServer> {
  const world = engine.world(cloud);
  const isRollout = (token: string) => sessionOf(world, "cluster", token)?.identity === identities.rollout;
  const server = await startApiServer(cloud, undefined, isRollout);
  context.after(() => server.stop());
  const own = JSON.parse(server.kubeconfig) as Kubeconfig;

  const stack = `${env}-${cloud}`;
  const state = await exportState(engine.home, stack, { secrets: true });
  const outputs = state.deployment.resources?.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs;
  const secret = outputs?.kubeconfig as Shown | undefined;
  if (secret === undefined) throw new Error(`${stack} is not up: it gives out no kubeconfig.`);
  const given = JSON.parse(JSON.parse(secret.plaintext) as string) as Kubeconfig;
  const [name = ""] = given.clusters.map((cluster) => cluster.name);
  const clusters = own.clusters.map(({ cluster }) => ({ name, cluster }));
  secret.plaintext = JSON.stringify(JSON.stringify({ ...given, clusters }));
  const file = path.join(temporaryFolder(context), "state.json");
  fs.writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
  const configFile = path.join(engine.home.paths.settings, `Pulumi.${stack}.yaml`);
  await runPulumi(engine.home, ["stack", "import", "--stack", stack, "--file", file], { configFile });
  return server;
}
