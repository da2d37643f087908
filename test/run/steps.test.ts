import assert from "node:assert/strict";
import { test } from "node:test";
import { Listr } from "listr2";
import { refuseFailures, stepOptions, told } from "../../rehearsal/run/steps";

test("every failure's own words are told once, at the end", async () => {
  const fail = (message: string) => () => told(() => Promise.reject(new Error(message)));
  const steps: Listr = new Listr(
    [
      {
        title: "Clouds",
        task: (_, task) =>
          task.newListr(
            [
              { title: "aws", task: fail("no quota") },
              { title: "gcp", task: fail("no project") },
            ],
            { concurrent: true, exitOnError: false },
          ),
      },
      { title: "after", skip: () => (steps.errors ?? []).length > 0, task: fail("was not skipped") },
    ],
    stepOptions(true),
  );
  await steps.run();
  assert.throws(() => {
    refuseFailures(steps.errors ?? []);
  }, /^AggregateError: no quota\n\nno project$/);
});

test("without a failure nothing is refused", () => {
  refuseFailures([]);
});
