import { z } from "zod";
import { cloudNames } from "../../infra/clouds";
import { environmentPattern } from "../../infra/environment";
import type { StackJob } from "../changes/touches";
import { type EngineRun, runOperation } from "../engine/run";
import { Steps, stepSchema } from "../engine/steps";

/** How a cloud differs from a stack's state. */
export const driftSchema = z.strictObject({
  version: z.literal(1),
  stack: z.string().regex(/^[a-z0-9-]+$/),
  env: z.string().regex(environmentPattern),
  cloud: z.enum(cloudNames),
  /** `update`: it is another than the state says; `delete`: it is gone. */
  steps: z.array(stepSchema),
  /** Why it could not be told. */
  failure: z.string().optional(),
});

export type DriftResult = z.infer<typeof driftSchema>;

/**
 * Asks the cloud for everything that a stack's state names. Nothing is written, in the cloud or the state: a preview alone
 * asks only the state, and a `preview --refresh` mixes what others changed in the cloud with what Git changed.
 */
export async function findDrift(job: StackJob, { root, signal }: EngineRun): Promise<DriftResult> {
  const steps = new Steps();
  const { ok, errors } = await runOperation(["refresh", "--preview-only", "--stack", job.stack], {
    root,
    signal,
    onEvent: (event) => {
      steps.add(event);
    },
  });
  signal.throwIfAborted();
  const { stack, env, cloud } = job;
  const failure = ok ? {} : { failure: errors.join("\n") };
  return { version: 1, stack, env, cloud, steps: ok ? steps.list() : [], ...failure };
}
