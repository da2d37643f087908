import type { Listr } from "listr2";
import { paced } from "./progress";
import type { Progress } from "../engine/operation";

/** The part of a listr2 task that is used. */
export interface Step {
  title: string;
  output: string;
}

/** Options of every list of steps: all of them run in order, and Ctrl-C is this program's own affair. */
export function stepOptions(silent: boolean) {
  return { collectErrors: true, silentRendererCondition: silent, registerSignalListeners: false } as const;
}

/** Shows what goes on in a step; in a log, where the steps' lines mix, each line names its step. */
export function into(step: Step): Progress {
  const { title } = step;
  return paced((message) => {
    step.output = process.stdout.isTTY ? message : `${title}: ${message}`;
  });
}

/**
 * A step of a list. When its work fails the step's line only says so: the error's own words, which may be many, come
 * once, when all steps have ended ({@link runSteps}).
 *
 * @param skip why the step is left out, false when it is not. @default never left out
 */
export function step(title: string, work: (step: Step) => Promise<void>, skip: () => string | false = () => false) {
  return {
    title,
    skip,
    task: async (_: unknown, shown: Step): Promise<void> => {
      try {
        await work(shown);
      } catch (error) {
        throw new Error("the reason is given below", { cause: error });
      }
    },
  };
}

/**
 * Runs steps to their end.
 *
 * @throws AggregateError with the own words of every failure
 */
export async function runSteps<Context>(steps: Listr<Context>): Promise<void> {
  const thrown: unknown[] = [];
  // listr2 throws the failure that ends the list, and collects those of steps beside each other.
  await steps.run().catch((error: unknown) => thrown.push(error));
  const failures = (steps.errors ?? []).length > 0 ? (steps.errors ?? []) : (thrown as Error[]);
  refuseFailures(failures);
}

/** Throws when anything failed, with every failure's own words. @throws AggregateError */
export function refuseFailures(failures: readonly Error[]): void {
  const causes = failures.flatMap((failure) => causesOf(failure));
  if (causes.length > 0) {
    throw new AggregateError(causes, causes.map(({ message }) => message).join("\n\n"));
  }
}

/** What listr2 and {@link step} wrapped. */
function causesOf(failure: Error): Error[] {
  const thrown = "error" in failure && failure.error instanceof Error ? failure.error : failure;
  return [thrown.cause instanceof Error ? thrown.cause : thrown];
}
