import type { Step } from "../engine/steps";
import { allowReplaceLabel, guardedTypes } from "./guarded";
import type { PreviewResult } from "./result";

/** What a pull request's previews are judged by. */
export interface Judged {
  readonly results: readonly PreviewResult[];
  /** Stacks whose preview was to run; one without a result is a fault. @default those that have a result */
  readonly expected?: readonly string[];
  /** Labels of the pull request. */
  readonly labels: readonly string[];
}

/** Steps that take down what an environment stands on, each with what that is. */
export function guardedSteps({ steps }: PreviewResult): { readonly step: Step; readonly what: string }[] {
  return steps.flatMap((step) => {
    const what = guardedTypes[step.type];
    return what === undefined || (step.change !== "replace" && step.change !== "delete") ? [] : [{ step, what }];
  });
}

/** Stacks that were to be previewed, and were not. */
export function missingStacks({ results, expected = [] }: Pick<Judged, "results" | "expected">): string[] {
  return expected.filter((stack) => !results.some((result) => result.stack === stack));
}

/** Why a pull request must not be merged as it is, a sentence each; none when it may. */
export function judge(judged: Judged): string[] {
  const { results, labels } = judged;
  const reasons = missingStacks(judged).map(
    (stack) =>
      `${stack}: there is no preview; its job failed or was cancelled before it could write one, and its log says why.`,
  );
  for (const result of results) {
    const { stack, failure, policies } = result;
    if (failure !== undefined) reasons.push(`${stack}: the preview failed.`);
    const broken = new Set(policies.filter(({ mandatory }) => mandatory).map(({ policy }) => policy));
    if (broken.size > 0) reasons.push(`${stack}: breaks ${[...broken].join(", ")}.`);
    const guarded = labels.includes(allowReplaceLabel) ? [] : guardedSteps(result);
    for (const { step, what } of guarded) {
      reasons.push(
        `${stack}: ${step.change}s a ${what} (${step.name}); label the pull request ${allowReplaceLabel} if that is meant.`,
      );
    }
  }
  return reasons;
}
