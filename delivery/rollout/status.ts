import type { CloudName } from "../../infra/clouds";
import { messageOf } from "../failure";
import type { Cluster } from "./cluster";
import { type FleetOptions, onEachCloud } from "./fleet";
import { type Analysis, newestAnalyses } from "./gate";
import { type AnalysisRun, type Application, type List, paths, type Pod, type Rollout } from "./objects";
import { type RolloutState, stateOf } from "./phase";
import { type RunningVersion, runningVersions } from "./version";

/** What one cluster says of an app. */
export interface ClusterStatus {
  readonly cloud: CloudName;
  readonly cluster: string;
  /** Argo CD's view; undefined before there is an Application, which is made after the first release. */
  readonly application?: {
    readonly sync: string;
    /** Commit that it compared with. */
    readonly revision?: string;
    readonly health: string;
    /** What keeps it from comparing or syncing; empty when nothing does. */
    readonly message: string;
  };
  /** Undefined before the first sync. */
  readonly rollout?: RolloutState;
  /** From the pods, the version with the most of them first. */
  readonly running: readonly RunningVersion[];
  /** Of the wanted version, the newest of each kind and step. */
  readonly analyses: readonly Analysis[];
}

/** A cluster that could not be asked. */
export interface Unreached {
  readonly cloud: CloudName;
  readonly error: string;
}

/** Everything about an app in one environment. */
export interface FleetStatus {
  readonly app: string;
  readonly env: string;
  readonly clouds: readonly (ClusterStatus | Unreached)[];
}

/** Asks all clusters at the same time. One that cannot be asked has a row that says so. */
export async function readFleet(options: FleetOptions): Promise<FleetStatus> {
  const { app, env } = options;
  const outcomes = await onEachCloud(options, (cluster) => readStatus(cluster, app));
  const clouds = outcomes.map((outcome) =>
    "result" in outcome ? outcome.result : { cloud: outcome.cloud, error: messageOf(outcome.error) },
  );
  return { app, env, clouds };
}

/** Asks one cluster. @throws ClusterError */
export async function readStatus(cluster: Cluster, app: string): Promise<ClusterStatus> {
  const [application, rollout] = await Promise.all([
    cluster.find<Application>(paths.application(app)),
    cluster.find<Rollout>(paths.rollout(app)),
  ]);
  const status = {
    cloud: cluster.cloud,
    cluster: cluster.name,
    application: application && describeApplication(application),
  };
  if (rollout === undefined) return { ...status, running: [], analyses: [] };
  const state = stateOf(rollout);
  const [pods, analyses] = await Promise.all([
    cluster.get<List<Pod>>(paths.pods(app, rollout.spec.selector?.matchLabels ?? {})),
    readAnalyses(cluster, app, state),
  ]);
  return { ...status, rollout: state, running: runningVersions(app, pods.items), analyses };
}

/** The analyses of a Rollout's wanted version. @throws ClusterError */
export async function readAnalyses(cluster: Cluster, app: string, { podHash }: RolloutState): Promise<Analysis[]> {
  if (podHash === "") return [];
  return newestAnalyses(app, (await cluster.get<List<AnalysisRun>>(paths.analysisRuns(app, podHash))).items);
}

function describeApplication({ status = {} }: Application): ClusterStatus["application"] {
  const { sync, health, conditions = [], operationState } = status;
  const failed = operationState?.phase === "Failed" || operationState?.phase === "Error";
  return {
    sync: sync?.status ?? "Unknown",
    revision: sync?.revision,
    health: health?.status ?? "Unknown",
    message: [
      ...conditions.filter(({ type }) => type.endsWith("Error")).map(({ message }) => message),
      ...(failed ? [operationState.message ?? operationState.phase] : []),
    ].join("; "),
  };
}

/** What a fleet is, as a whole: the worst of its clouds. */
export type Verdict = "healthy" | "paused" | "progressing" | "degraded" | "unreached";

const fromBestToWorst: readonly Verdict[] = ["healthy", "paused", "progressing", "degraded", "unreached"];

/** Sums a fleet up. A pause that ends by itself counts as progressing, and so does what Argo CD has yet to apply. */
export function verdictOf({ clouds }: FleetStatus): Verdict {
  const worst = Math.max(...clouds.map((cloud) => fromBestToWorst.indexOf(verdictOfOne(cloud))));
  return fromBestToWorst[worst] ?? "unreached";
}

function verdictOfOne(status: ClusterStatus | Unreached): Verdict {
  if ("error" in status) return "unreached";
  const { rollout, application } = status;
  if (rollout?.phase === "Degraded") return "degraded";
  if (rollout?.pause !== undefined && rollout.pause !== "timed") return "paused";
  if (rollout?.phase !== "Healthy") return "progressing";
  if (application?.health === "Degraded") return "degraded";
  return application?.sync === "Synced" && application.health === "Healthy" ? "healthy" : "progressing";
}
