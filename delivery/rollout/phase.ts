import type { Rollout, Step } from "./objects";
import { readVersion, type Version } from "./version";

/** Argo Rollouts' own phases. */
export type Phase = "Healthy" | "Progressing" | "Paused" | "Degraded";

/** Why a rollout is paused, which decides what ends the pause. */
export type Pause =
  /** A step without a duration, or before the switch to green: until somebody promotes. */
  | "step"
  /** It goes on by itself. */
  | "timed"
  /** Somebody paused it by hand. */
  | "manual"
  /** Its analysis could not tell good from bad. */
  | "inconclusive";

/** What a Rollout says of itself. */
export interface RolloutState {
  readonly phase: Phase;
  /** What the controller says; empty when it has nothing to say. */
  readonly message: string;
  readonly pause?: Pause;
  /** Steps that are done, of how many. */
  readonly step?: { readonly done: number; readonly of: number };
  /** Share of the wanted version, in percent. */
  readonly weight: number;
  /** Whether the wanted version is the one that a failure would go back to. */
  readonly stable: boolean;
  /** There is no other version to go back to. */
  readonly first: boolean;
  readonly aborted: boolean;
  /** The wanted version, and the hash of its pods' template. */
  readonly desired: Version;
  readonly podHash: string;
}

/** Reads a Rollout's state. */
export function stateOf(rollout: Rollout): RolloutState {
  const { metadata, spec, status = {} } = rollout;
  const { currentPodHash = "", stableRS = "" } = status;
  const [phase, message] = phaseOf(rollout);
  const steps = spec.strategy.canary?.steps ?? [];
  const done = Math.min(status.currentStepIndex ?? 0, steps.length);
  const stable = currentPodHash !== "" && currentPodHash === stableRS;
  const aborted = status.abort === true;
  return {
    phase,
    message,
    pause: phase === "Paused" ? pauseOf(rollout, steps[done]) : undefined,
    step: steps.length > 0 ? { done, of: steps.length } : undefined,
    weight: weightOf(rollout, { steps, done, stable, aborted }),
    stable,
    first: stableRS === "",
    aborted,
    desired: readVersion(metadata.name, spec.template.spec.containers),
    podHash: currentPodHash,
  };
}

/** Whether the controller has seen the newest object: until then its status is about the version before. */
export function isObserved({ metadata, status = {} }: Rollout): boolean {
  return Number(status.observedGeneration ?? 0) === metadata.generation;
}

/**
 * The phase as a client has to tell it: what the controller wrote counts only when it has seen the newest object.
 * Source: argo-rollouts utils/rollout/rolloututil.go, GetRolloutPhase
 */
function phaseOf(rollout: Rollout): [Phase, string] {
  const { status = {} } = rollout;
  if (!isObserved(rollout)) {
    return ["Progressing", "waiting for rollout spec update to be observed"];
  }
  if (status.controllerPause === true && (status.pauseConditions ?? []).length === 0) {
    return ["Progressing", "waiting for rollout to unpause"];
  }
  if (status.promoteFull === true && status.phase === "Paused") {
    return ["Progressing", "waiting for rollout to leave its steps out"];
  }
  if (status.abort !== true && status.phase === "Degraded" && status.message?.startsWith("RolloutAborted") === true) {
    return ["Progressing", "waiting for rollout to be tried again"];
  }
  const phase = (["Healthy", "Paused", "Degraded"] as const).find((name) => name === status.phase);
  return [phase ?? "Progressing", status.message ?? ""];
}

function pauseOf({ spec, status = {} }: Rollout, step: Step | undefined): Pause {
  const reasons = (status.pauseConditions ?? []).map(({ reason }) => reason);
  if (reasons.some((reason) => reason.startsWith("Inconclusive"))) return "inconclusive";
  if (spec.paused === true) return "manual";
  if (reasons.includes("BlueGreenPause")) {
    return (spec.strategy.blueGreen?.autoPromotionSeconds ?? 0) > 0 ? "timed" : "step";
  }
  return step?.pause?.duration === undefined ? "step" : "timed";
}

/** Where nothing splits requests, the weight of the last step is the share of the pods that is aimed at. */
function weightOf(
  { status = {} }: Rollout,
  at: { readonly steps: readonly Step[]; readonly done: number; readonly stable: boolean; readonly aborted: boolean },
): number {
  if (at.stable) return 100;
  if (at.aborted) return 0;
  if (at.steps.length === 0) return status.blueGreen?.activeSelector === status.currentPodHash ? 100 : 0;
  if (at.done === at.steps.length) return 100;
  const weights = at.steps.slice(0, at.done + 1).map(({ setWeight }) => setWeight);
  return weights.findLast((weight) => weight !== undefined) ?? 0;
}
