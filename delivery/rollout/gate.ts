import type { AnalysisRun, Application } from "./objects";
import type { RolloutState } from "./phase";
import { sameVersion, shortVersion, type Version } from "./version";

/** What promoting has to do with a Rollout as it is. */
export type Decision =
  | { readonly do: "promote" | "skip" }
  | {
      readonly do: "wait" | "refuse";
      /** What is waited for, or what is the matter. */
      readonly why: string;
    };

/** What a cloud is judged by. */
export interface Facts {
  readonly state: RolloutState;
  readonly analyses: readonly Analysis[];
  /** The version that the whole fleet is to get. */
  readonly target: Version;
  /** Skip the steps and pauses that are left, and do not wait for measurements. */
  readonly full: boolean;
}

/** Decides what to do with one cloud's rollout. */
export function decide({ state, analyses, target, full }: Facts): Decision {
  const fault = faultOf(state, target);
  if (fault !== undefined) return { do: "refuse", why: fault };
  const wait = { do: "wait", why: `the Rollout is ${state.phase}: ${state.message}` } as const;
  if (state.stable) return state.phase === "Healthy" ? { do: "skip" } : wait;
  // The first version has nothing to be compared with, so it goes through by itself.
  if (state.first) return wait;
  if (full) return { do: "promote" };
  if (state.pause === "inconclusive") {
    return { do: "refuse", why: "its analysis could not tell whether the version does well; promote --full goes on" };
  }
  if (state.pause !== "step" && state.pause !== "manual") return wait;
  // One that is ended before it has measured is Successful, and would let the next cloud follow on nothing.
  const blind = analyses.find(({ measured }) => !measured);
  return blind === undefined ? { do: "promote" } : { do: "wait", why: unmeasured(blind) };
}

/** Whether the next cloud's turn has come. */
export interface Gate {
  /** `paused`: at a further step that somebody has to promote. */
  readonly is: "open" | "closed" | "paused" | "failed";
  /** What it waits for, or what failed. */
  readonly why: string;
}

/**
 * Judges one cloud after it was promoted: the version must be stable, its analyses passed on what they have measured, the
 * Application healthy.
 */
export function judge(facts: Facts & { readonly application: Application | undefined }): Gate {
  const { state, application, analyses, target, full } = facts;
  const fault = faultOf(state, target) ?? analysisFault(analyses);
  if (fault !== undefined) return { is: "failed", why: fault };
  if (state.pause === "step" || state.pause === "manual") {
    return { is: "paused", why: `it is paused at step ${stepOf(state)}: ${state.message}` };
  }
  if (state.phase !== "Healthy" || !state.stable) {
    return { is: "closed", why: `the Rollout is ${state.phase} (step ${stepOf(state)}): ${state.message}` };
  }
  const blind = full ? undefined : analyses.find(({ measured }) => !measured);
  if (blind !== undefined) {
    const ended = blind.phase !== "Pending" && blind.phase !== "Running";
    return { is: ended ? "failed" : "closed", why: `${unmeasured(blind)}${ended ? "; promote --full goes on" : ""}` };
  }
  const { status = "Unknown", message = "" } = application?.status?.health ?? {};
  if (status !== "Healthy") return { is: "closed", why: `the Application is ${status}: ${message}` };
  return { is: "open", why: "" };
}

/** What of a Rollout's analysis counts. */
export interface Analysis {
  readonly name: string;
  readonly phase: string;
  readonly message: string;
  /** Whether it has measured anything, or has nothing to measure. */
  readonly measured: boolean;
}

/**
 * The analyses of an app's version that count: of each kind and step the newest, since the ones of an earlier try that
 * was aborted stay.
 */
export function newestAnalyses(app: string, runs: readonly AnalysisRun[]): Analysis[] {
  const newest = new Map<string, AnalysisRun>();
  for (const run of runs) {
    const { labels = {}, ownerReferences = [], creationTimestamp = "" } = run.metadata;
    if (!ownerReferences.some(({ kind, name }) => kind === "Rollout" && name === app)) continue;
    const key = `${labels["rollout-type"] ?? ""} ${labels["step-index"] ?? ""}`;
    const other = newest.get(key)?.metadata.creationTimestamp ?? "";
    if (creationTimestamp >= other) newest.set(key, run);
  }
  return [...newest.values()].map(({ metadata: { name }, spec, status }) => ({
    name,
    phase: status?.phase ?? "Pending",
    message: status?.message ?? "",
    measured: (spec?.metrics ?? []).length === 0 || (status?.metricResults ?? []).some(({ count = 0 }) => count > 0),
  }));
}

function analysisFault(analyses: readonly Analysis[]): string | undefined {
  const bad = analyses.find(({ phase }) => ["Failed", "Error", "Inconclusive"].includes(phase));
  return bad && `AnalysisRun ${bad.name} is ${bad.phase}: ${bad.message}`;
}

function unmeasured({ name, phase }: Analysis): string {
  return `AnalysisRun ${name} is ${phase}, but has not measured anything`;
}

function faultOf(state: RolloutState, target: Version): string | undefined {
  if (!sameVersion(state.desired, target)) {
    return `it is to run ${shortVersion(state.desired)} now, and not ${shortVersion(target)}`;
  }
  if (state.phase === "Degraded" || state.aborted) {
    return `the Rollout is ${state.phase}${state.aborted ? " and aborted" : ""}: ${state.message}`;
  }
  return undefined;
}

function stepOf({ step }: RolloutState): string {
  return step === undefined ? "-" : `${step.done}/${step.of}`;
}
