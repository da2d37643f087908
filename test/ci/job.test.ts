import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { handOver } from "../../ci/changes/matrix";
import { endedInOrder } from "../../ci/deploy/signals";
import { readMark, runNumber, runPage, withMark } from "../../ci/github/mark";
import { temporaryFolder } from "../support/simulation";

test("the first signal ends work in order, a second one makes it hurry, and the job says that it was ended", async () => {
  const said: string[] = [];
  const ended = endedInOrder(
    ({ signal, hurry }) =>
      new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => said.push("end"));
        hurry.addEventListener("abort", () => {
          said.push("hurry");
          resolve();
        });
      }),
  );
  process.emit("SIGINT");
  assert.deepEqual(said, ["end"]);
  process.emit("SIGTERM");
  await assert.rejects(ended, { name: "Interrupted", exitCode: 130 });
  assert.deepEqual(said, ["end", "hurry"]);
});

test("a matrix is handed over as one line, with whether there is anything in it", (context) => {
  const file = path.join(temporaryFolder(context), "output");
  const before = process.env.GITHUB_OUTPUT;
  const write = context.mock.method(process.stdout, "write", () => true);
  process.env.GITHUB_OUTPUT = file;
  try {
    handOver([{ stack: "dev-aws\nany=x" }], { json: true, name: ({ stack }) => stack });
    handOver([], { json: true, name: () => "" });
  } finally {
    write.mock.restore();
    if (before === undefined) delete process.env.GITHUB_OUTPUT;
    else process.env.GITHUB_OUTPUT = before;
  }
  assert.equal(
    fs.readFileSync(file, "utf8"),
    'matrix={"include":[{"stack":"dev-aws\\nany=x"}]}\nany=true\nmatrix={"include":[]}\nany=false\n',
  );
});

test("a mark is read from a body's first line only", () => {
  const mark = { of: "drift dev-aws", run: 12 };
  assert.deepEqual(readMark(withMark(mark, "text")), mark);
  assert.equal(readMark(`x${withMark(mark, "text")}`), undefined);
  assert.equal(readMark("<!-- trinity:preview run:1 --> and more"), undefined);
  assert.equal(readMark(null), undefined);
  assert.equal(runNumber({ GITHUB_RUN_ID: "77" }), 77);
  assert.equal(runNumber({}), 0);
  const run = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "example/trinity", GITHUB_RUN_ID: "77" };
  assert.equal(runPage(run), "https://github.com/example/trinity/actions/runs/77");
});
