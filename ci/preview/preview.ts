import type { EngineEvent } from "@pulumi/pulumi/automation/events";
import type { CloudName } from "../../infra/clouds";
import { estimateCost } from "../../policy/cost/estimate";
import type { StackJob } from "../changes/touches";
import { withoutColours } from "../engine/colours";
import { type EngineResult, type EngineRun, runOperation } from "../engine/run";
import { withoutSecrets } from "../engine/secrets";
import { nameOf, type PlannedResource, Steps } from "../engine/steps";
import type { PreviewResult } from "./result";

/** What a preview is made of. */
export interface PreviewOptions extends Pick<EngineRun, "root" | "signal"> {
  readonly job: StackJob;
  /** Folder of the policy pack that it is judged by. */
  readonly policyPack?: string;
}

/** Previews a stack. Whatever the engine says is a result: also that it failed. */
export async function previewStack({ job, policyPack, root, signal }: PreviewOptions): Promise<PreviewResult> {
  const events: EngineEvent[] = [];
  const args = ["preview", "--stack", job.stack, ...(policyPack === undefined ? [] : ["--policy-pack", policyPack])];
  const result = await runOperation(args, { root, signal, onEvent: (event) => events.push(event) });
  signal.throwIfAborted();
  return summarise(job, events, result);
}

/** What a preview found. @param events all of the engine's, in their order */
export function summarise(
  { stack, env, cloud }: StackJob,
  events: readonly EngineEvent[],
  { ok, errors }: EngineResult,
): PreviewResult {
  const steps = new Steps();
  for (const event of events) steps.add(event);
  const policies = policyResults(events);
  // A broken rule fails the preview, too, and is told as such. The engine says no more of it than that.
  const broken = policies.some(({ mandatory }) => mandatory);
  const faults = broken ? errors.filter((error) => !/^(error: )?preview failed$/.test(error)) : errors;
  const failed = !ok && (faults.length > 0 || !broken);
  const cost = failed ? undefined : estimate(cloud, events, steps.resources());
  return {
    version: 1,
    stack,
    env,
    cloud,
    steps: steps.list(),
    unchanged: steps.unchanged(),
    policies,
    ...(cost === undefined ? {} : { cost }),
    ...(failed ? { failure: faults.join("\n") || "The engine failed and said nothing." } : {}),
  };
}

function policyResults(events: readonly EngineEvent[]): PreviewResult["policies"] {
  return events
    .flatMap(({ policyEvent }) => policyEvent ?? [])
    .map(({ policyName, enforcementLevel, resourceUrn, message }) => ({
      policy: policyName,
      mandatory: enforcementLevel === "mandatory",
      resource: resourceUrn === undefined || resourceUrn === "" ? "" : nameOf(resourceUrn),
      message: withoutSecrets(withoutColours(message).trim()),
    }));
}

/** Where a cloud's resources are, among the settings that the engine's first event shows. */
const regionKeys: Readonly<Record<CloudName, string>> = {
  aws: "aws:region",
  gcp: "gcp:region",
  azure: "azure-native:location",
};

function estimate(
  cloud: CloudName,
  events: readonly EngineEvent[],
  { before, after }: { readonly before: readonly PlannedResource[]; readonly after: readonly PlannedResource[] },
): PreviewResult["cost"] {
  const region = events.find(({ preludeEvent }) => preludeEvent !== undefined)?.preludeEvent?.config[regionKeys[cloud]];
  if (region === undefined) return undefined;
  const { monthly, lines, unpriced, pricesOf } = estimateCost(cloud, region, after);
  return {
    before: estimateCost(cloud, region, before).monthly,
    after: monthly,
    lines: lines.map(({ what, monthly: each }) => ({ what, monthly: each })),
    unpriced: [...unpriced],
    pricesOf,
  };
}
