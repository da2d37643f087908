import assert from "node:assert/strict";
import { test } from "node:test";
import { Listr } from "listr2";
import { runSteps, stepOptions, told } from "../../rehearsal/run/steps";

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
  await assert.rejects(runSteps(steps), /^AggregateError: no quota\n\nno project$/);
});

test("so is that of a step that the others wait for", async () => {
  const steps = new Listr(
    [
      { title: "Tools", task: () => told(() => Promise.reject(new Error("no Go on PATH"))) },
      { title: "after", task: () => assert.fail("the list goes on") },
    ],
    stepOptions(true),
  );
  await assert.rejects(runSteps(steps), /^AggregateError: no Go on PATH$/);
});

test("without a failure nothing is refused", async () => {
  await runSteps(new Listr([{ title: "Tools", task: () => undefined }], stepOptions(true)));
});
