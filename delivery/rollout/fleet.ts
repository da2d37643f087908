import * as fs from "node:fs";
import * as path from "node:path";
import type { CloudName } from "../../infra/clouds";
import { InputError } from "../../infra/input-error";
import { checkAppName, checkEnvironment, readReleasedApp } from "../app-manifest";
import { run } from "../process";
import type { Context } from "../propose";
import { findTool } from "../tools";
import { Cluster } from "./cluster";

/** Which rollouts are meant: one app's, in the clusters of one environment. */
export interface FleetOptions extends Context {
  readonly app: string;
  readonly env: string;
  /** In the order in which they are promoted. @default all that the app runs on, in the order of app.yaml */
  readonly clouds?: readonly CloudName[];
  /** Folder of files `<env>-<cloud>.yaml` or `<cloud>.yaml`. @default ask Pulumi for the outputs of the clouds' stacks */
  readonly kubeconfigs?: string;
}

/** One cloud, and what came of work on it. */
export type Outcome<Result> =
  { readonly cloud: CloudName; readonly result: Result } | { readonly cloud: CloudName; readonly error: unknown };

/**
 * The clouds that are meant, in their order.
 *
 * @throws InputError for an app or environment that does not exist, or a cloud that the app does not run on
 */
export function fleetClouds({ root, app, env, clouds }: FleetOptions): readonly CloudName[] {
  checkAppName(app);
  checkEnvironment(env);
  const file = path.join(root, "apps", app, "app.yaml");
  const known = readReleasedApp(app, fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined, root);
  if (!known.environments.includes(env)) {
    throw new InputError(`"${app}" does not run in ${env}: app.yaml says ${known.environments.join(", ")}.`);
  }
  const absent = clouds?.find((cloud) => !known.clouds.includes(cloud));
  if (absent !== undefined) {
    throw new InputError(`"${app}" does not run on ${absent}: app.yaml says ${known.clouds.join(", ")}.`);
  }
  return [...new Set(clouds ?? known.clouds)];
}

/**
 * Works on every cloud at the same time; a fault in one ends no other.
 *
 * @returns in the clouds' order
 * @throws InputError before any work, as {@link fleetClouds} does, and for a kubeconfig that is missing or cannot be used;
 * the signal's reason
 */
export async function onEachCloud<Result>(
  options: FleetOptions,
  work: (cluster: Cluster) => Promise<Result>,
): Promise<Outcome<Result>[]> {
  const clouds = fleetClouds(options);
  const opened = await Promise.all(clouds.map((cloud) => tried(cloud, () => openCluster(options, cloud))));
  try {
    for (const one of opened) if ("error" in one && one.error instanceof InputError) throw one.error;
    const outcomes = await Promise.all(
      opened.map(async (one) => ("error" in one ? one : tried(one.cloud, () => work(one.result)))),
    );
    options.signal.throwIfAborted();
    return outcomes;
  } finally {
    for (const one of opened) if ("result" in one) one.result.close();
  }
}

async function tried<Result>(cloud: CloudName, work: () => Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { cloud, result: await work() };
  } catch (error) {
    return { cloud, error };
  }
}

/**
 * Opens the clusters of all clouds for work that one failing cloud is to keep from being begun.
 *
 * @throws InputError for a kubeconfig that is missing or cannot be used; Error when Pulumi does not give it
 */
export async function withFleet<Result>(
  options: FleetOptions,
  work: (clusters: readonly Cluster[]) => Promise<Result>,
): Promise<Result> {
  const clusters = await Promise.all(fleetClouds(options).map((cloud) => openCluster(options, cloud)));
  try {
    return await work(clusters);
  } finally {
    for (const cluster of clusters) cluster.close();
  }
}

async function openCluster(options: FleetOptions, cloud: CloudName): Promise<Cluster> {
  const { where, text } = await findKubeconfig(options, cloud);
  return new Cluster(cloud, where, text, options.signal);
}

/** A stack's kubeconfig is secret: it is neither written to disk nor in a message. */
async function findKubeconfig({ root, env, kubeconfigs, signal }: FleetOptions, cloud: CloudName) {
  const stack = `${env}-${cloud}`;
  if (kubeconfigs !== undefined) {
    const files = [stack, cloud].map((name) => path.join(kubeconfigs, `${name}.yaml`));
    const file = files.find((name) => fs.existsSync(name));
    if (file === undefined) throw new InputError(`${cloud}: there is neither ${files.join(" nor ")}.`);
    return { where: file, text: fs.readFileSync(file, "utf8") };
  }
  const args = ["stack", "output", "kubeconfig", "--show-secrets", "--non-interactive", "--stack", stack];
  const { code, stdout, stderr } = await run(findTool("pulumi"), args, { cwd: root, signal, seconds: 120 });
  // No InputError: a login that has run out keeps no other cloud from being worked on.
  if (code !== 0) throw new Error(`\`pulumi ${args.join(" ")}\` failed: ${stderr.trim()}`);
  return { where: `output kubeconfig of stack ${stack}`, text: stdout.toString("utf8") };
}
