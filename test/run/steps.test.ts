import assert from "node:assert/strict";
import { test } from "node:test";
import { Listr } from "listr2";
import { runSteps, step, stepOptions } from "../../rehearsal/run/steps";

test("every failure's own words are told once, at the end", async () => {
  const fail = (message: string) => () => Promise.reject(new Error(message));
  const steps: Listr = new Listr(
    [
      {
        title: "Clouds",
        task: (_, task) =>
          task.newListr([step("aws", fail("no quota")), step("gcp", fail("no project"))], {
            concurrent: true,
            exitOnError: false,
          }),
      },
      step("after", fail("was not skipped"), () => (steps.errors ?? []).length > 0 && "something failed"),
    ],
    stepOptions(true),
  );
  await assert.rejects(runSteps(steps), /^AggregateError: no quota\n\nno project$/);
});

test("so is that of a step that the others wait for", async () => {
  const steps = new Listr(
    [
      step("Tools", () => Promise.reject(new Error("no Go on PATH"))),
      { title: "after", task: () => assert.fail("the list goes on") },
    ],
    stepOptions(true),
  );
  await assert.rejects(runSteps(steps), /^AggregateError: no Go on PATH$/);
});

test("without a failure nothing is refused", async () => {
  await runSteps(new Listr([{ title: "Tools", task: () => undefined }], stepOptions(true)));
});
