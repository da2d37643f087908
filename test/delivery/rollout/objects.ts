import type { Application, Pod, Rollout } from "../../../delivery/rollout/objects";

/** Two builds. */
export const v1 = { tag: `sha-${"1".repeat(40)}`, digest: `sha256:${"a".repeat(64)}` };
export const v2 = { tag: `sha-${"2".repeat(40)}`, digest: `sha256:${"b".repeat(64)}` };

/** A reference as an overlay renders it. */
export function image({ tag, digest }: typeof v1): string {
  return `registry.example.com/mandelbrot:${tag}@${digest}`;
}

type Status = NonNullable<Rollout["status"]>;

/**
 * A Rollout as the controller leaves it (argo-rollouts v1.9): stable on v1 unless told otherwise. `generation` and
 * `observedGeneration` are the same.
 */
export function rollout(
  status: Status = {},
  spec: Partial<Rollout["spec"]> = {},
  version: typeof v1 = v1,
): Rollout & { readonly metadata: { readonly generation: number } } {
  return {
    metadata: { name: "mandelbrot", namespace: "mandelbrot", generation: 3 },
    spec: {
      selector: { matchLabels: { "app.kubernetes.io/name": "mandelbrot" } },
      strategy: {
        canary: { steps: [{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { pause: { duration: "15s" } }] },
      },
      template: { spec: { containers: [{ name: "mandelbrot", image: image(version) }] } },
      ...spec,
    },
    status: {
      phase: "Healthy",
      observedGeneration: "3",
      currentPodHash: "hash1",
      stableRS: "hash1",
      currentStepIndex: 4,
      ...status,
    },
  };
}

/** v2 beside v1, at the pause that lasts until somebody promotes. */
export function paused(status: Status = {}, spec: Partial<Rollout["spec"]> = {}): ReturnType<typeof rollout> {
  return rollout(
    {
      phase: "Paused",
      message: "CanaryPauseStep",
      currentPodHash: "hash2",
      currentStepIndex: 1,
      pauseConditions: [{ reason: "CanaryPauseStep" }],
      controllerPause: true,
      ...status,
    },
    spec,
    v2,
  );
}

/** v2, stable. */
export function promoted(): ReturnType<typeof rollout> {
  return rollout({ currentPodHash: "hash2", stableRS: "hash2" }, {}, v2);
}

/** v2, given up. */
export function aborted(message = "RolloutAborted: Rollout aborted update to revision 2"): ReturnType<typeof rollout> {
  return rollout({ phase: "Degraded", message, abort: true, currentPodHash: "hash2", currentStepIndex: 0 }, {}, v2);
}

/** v2, given up and just now to be tried again: the controller has not seen that yet. */
export function retried(): ReturnType<typeof rollout> {
  const given = aborted();
  return { ...given, status: { ...given.status, abort: false } };
}

/** An Application that has applied a commit. */
export function application(status: Application["status"] = {}, revision = "c".repeat(40)): Application {
  return {
    metadata: { name: "mandelbrot", namespace: "argocd" },
    status: {
      sync: { status: "Synced", revision },
      health: { status: "Healthy" },
      operationState: { phase: "Succeeded", syncResult: { revision } },
      ...status,
    },
  };
}

/** A pod that is ready. */
export function pod(version: typeof v1, ready = true): Pod {
  return {
    metadata: { name: "pod", labels: { "app.kubernetes.io/name": "mandelbrot" } },
    spec: { containers: [{ name: "mandelbrot", image: image(version) }] },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      containerStatuses: [{ name: "mandelbrot", imageID: `registry.example.com/mandelbrot@${version.digest}` }],
    },
  };
}
