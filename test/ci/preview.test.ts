import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { describe, test } from "node:test";
import type { EngineEvent } from "@pulumi/pulumi/automation/events";
import { withoutSecrets } from "../../ci/engine/secrets";
import type { Step } from "../../ci/engine/steps";
import { longestBody, renderComment } from "../../ci/preview/comment";
import { fit } from "../../ci/preview/fit";
import { guardedTypes } from "../../ci/preview/guarded";
import { judge } from "../../ci/preview/judge";
import { code, codeBlock } from "../../ci/preview/markdown";
import { summarise } from "../../ci/preview/preview";
import { type PreviewResult, previewSchema, readResults, writeResult } from "../../ci/preview/result";
import { temporaryFolder } from "../support/simulation";

const job = { stack: "dev-aws", env: "dev", program: "aws", cloud: "aws" } as const;

function step(fields: Partial<Step> = {}): Step {
  const { type = "aws:ecr/repository:Repository", name = "repository" } = fields;
  const urn = `urn:pulumi:dev-aws::trinity::${type}::${name}`;
  return { change: "create", urn, type, name, properties: [], forcedBy: [], ...fields };
}

function result(fields: Partial<PreviewResult> = {}): PreviewResult {
  return { version: 1, stack: "dev-aws", env: "dev", cloud: "aws", steps: [], unchanged: 3, policies: [], ...fields };
}

/** Events as the engine writes them, cut down to what is read. */
function event(op: string, name: string, more: Record<string, unknown> = {}): EngineEvent {
  const type = "aws:ec2/vpc:Vpc";
  const urn = `urn:pulumi:dev-aws::trinity::trinity:aws:Network$${type}::${name}`;
  const state = { type, urn, custom: true, id: "", parent: "", inputs: { secret: "value" }, outputs: {}, provider: "" };
  const old = op === "create" ? undefined : state;
  const metadata = { op, urn, type, old, new: op === "delete" ? undefined : state, provider: "", ...more };
  return { sequence: 0, timestamp: 0, resourcePreEvent: { metadata } } as unknown as EngineEvent;
}

describe("what becomes of each resource", () => {
  const found = summarise(
    job,
    [
      event("same", "stays"),
      event("create", "new"),
      event("update", "changes", { detailedDiff: { "tags.env": { diffKind: "update", inputDiff: false } } }),
      event("create-replacement", "again", { keys: ["cidrBlock"], diffs: ["cidrBlock", "tags"] }),
      event("replace", "again"),
      event("delete-replaced", "again"),
      event("delete", "goes"),
      event("create", "component", { new: { custom: false } }),
    ],
    { ok: true, errors: [] },
  );

  test("is told once, the gravest first, without components", () => {
    assert.deepEqual(
      found.steps.map(({ change, name }) => `${change} ${name}`),
      ["replace again", "delete goes", "update changes", "create new"],
    );
    assert.equal(found.unchanged, 1);
  });
  test("says which properties change, and which of them force a replacement", () => {
    assert.deepEqual(found.steps[0]?.properties, ["cidrBlock", "tags"]);
    assert.deepEqual(found.steps[0].forcedBy, ["cidrBlock"]);
    assert.deepEqual(found.steps[2]?.properties, ["tags.env"]);
  });
  test("holds no value", () => {
    assert.doesNotMatch(JSON.stringify(found), /value/);
  });
});

test("a failure is told in the engine's words, and a broken policy as such", () => {
  const policy = {
    policyEvent: {
      policyName: "no-latest",
      enforcementLevel: "mandatory",
      resourceUrn: "urn:pulumi:dev-aws::trinity::a:b:C::image",
      message: "<{%fg 1%}> is latest<{%reset%}>\n",
    },
  } as unknown as EngineEvent;
  const broken = summarise(job, [policy], { ok: false, errors: ["error: preview failed"] });
  assert.equal(broken.failure, undefined);
  assert.deepEqual(broken.policies, [
    { policy: "no-latest", mandatory: true, resource: "image", message: "is latest" },
  ]);
  const failed = summarise(job, [policy], { ok: false, errors: ["AccessDenied"] });
  assert.equal(failed.failure, "AccessDenied");
  assert.equal(failed.cost, undefined);
  assert.match(summarise(job, [], { ok: false, errors: [] }).failure ?? "", /failed and said nothing/);
});

test("a job's secrets are taken out of what others read", () => {
  const environment = { GH_TOKEN: "ghs_0123456789", AWS_SECRET_ACCESS_KEY: "abcd/efgh+ijkl", HOME: "/home/ada/long" };
  const said = withoutSecrets(
    "ghs_0123456789 abcd/efgh+ijkl /home/ada/long eyJhbGciOiJSUzI1.eyJzdWIiOiJyZXBv.c2ln",
    environment,
  );
  assert.equal(said, "[secret] [secret] /home/ada/long [token]");
});

describe("the judgement", () => {
  const reasons = (fields: Partial<PreviewResult>, labels: string[] = []) =>
    judge({ results: [result(fields)], labels });
  for (const [type, what] of Object.entries(guardedTypes)) {
    test(`refuses to replace or delete ${type} without the label`, () => {
      for (const change of ["replace", "delete"] as const) {
        const found = reasons({ steps: [step({ change, type })] });
        assert.match(found.join(), new RegExp(`dev-aws: ${change}s a ${what} .*allow-replace`));
        assert.deepEqual(reasons({ steps: [step({ change, type })] }, ["allow-replace"]), []);
      }
      for (const change of ["create", "update", "import"] as const) {
        assert.deepEqual(reasons({ steps: [step({ change, type })] }), []);
      }
    });
  }
  test("lets anything else be replaced", () => {
    assert.deepEqual(reasons({ steps: [step({ change: "replace", type: "aws:eks/addon:Addon" })] }), []);
  });
  test("refuses a failed preview and a broken policy, label or not; an advisory one is only told", () => {
    assert.match(reasons({ failure: "x" }, ["allow-replace"]).join(), /the preview failed/);
    const policy = { policy: "no-latest", mandatory: true, resource: "image", message: "latest" };
    assert.match(reasons({ policies: [policy] }, ["allow-replace"]).join(), /breaks no-latest/);
    assert.deepEqual(reasons({ policies: [{ ...policy, mandatory: false }] }), []);
  });
  test("refuses a stack whose preview wrote nothing", () => {
    const found = judge({ results: [result()], expected: ["dev-aws", "dev-gcp"], labels: [] });
    assert.match(found.join("\n"), /^dev-gcp: there is no preview/);
  });
});

describe("text of resources in Markdown", () => {
  const attacks = [
    "@octocat",
    "`@octocat`",
    "``` @octocat ```",
    "</details> | x | <img src=x>",
    "<!-- trinity:preview run:9 -->",
    "[link](https://example.com)\n# heading",
    "a\u202eb\u0000c\u2028d",
  ];
  for (const attack of attacks) {
    test(JSON.stringify(attack), () => {
      const span = code(attack);
      const fence = /^`+/.exec(span)?.[0] ?? "";
      assert.ok(fence !== "" && span.endsWith(fence));
      const inside = span.slice(fence.length, -fence.length);
      assert.ok(!(inside.match(/`+/g) ?? []).some((run) => run.length >= fence.length), "stays in its span");
      assert.doesNotMatch(inside, /[\p{Cc}\p{Cf}\u2028]|<!--|(?<!\\)\|/u);
      const block = codeBlock(attack);
      assert.ok(!block.lines.some((line) => line.includes(block.close) || line.includes("<!--")));
    });
  }
  test("is cut", () => {
    assert.ok(code("x".repeat(10_000)).length < 700);
  });
});

describe("a comment that is too long", () => {
  const many = Array.from({ length: 500 }, (_, index) =>
    step({
      change: "replace",
      type: "aws:eks/nodeGroup:NodeGroup",
      name: `ü${"n".repeat(150)}${index}`,
      forcedBy: ["name"],
    }),
  );
  test("of 500 resources in each of three stacks fits, by whole lines, and says what is left out", () => {
    const results = ["dev-aws", "dev-gcp", "prod-aws"].map((stack) => result({ stack, steps: many }));
    const text = renderComment({ results, labels: [] }, { run: "https://github.com/example/trinity/actions/runs/1" });
    assert.ok(Buffer.byteLength(text) <= longestBody && Buffer.byteLength(text) > 0.9 * longestBody);
    assert.match(text, /… and \d+ more resources: see \[the job's log and artifact\]\(https/);
    for (const line of text.split("\n").filter((line) => line.startsWith("- **replace**"))) {
      assert.match(line, /NodeGroup`: forced by `name`( — \*\*a node pool\*\*)?$/, "whole");
    }
    assert.equal(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
    assert.match(text, /\| `prod-aws` \| done \| \*\*500\*\* \|/);
  });
  test("of a failure with endless lines fits, and its block is closed", () => {
    const text = renderComment({ results: [result({ failure: "e`r`r\n".repeat(50_000) })], labels: [] });
    assert.ok(Buffer.byteLength(text) <= longestBody);
    assert.equal(text.match(/^```/gm)?.length, 2);
    assert.match(text, /more lines: see the job's log/);
  });
  test("what one part does not need, another has", () => {
    const section = (lines: string[]) => ({ before: [], lines, after: [], omitted: (count: number) => `+${count}` });
    assert.equal(fit([section(["a"]), section(["b", "b", "b", "b"])], 16), "a\nb\nb\nb\nb\n");
    assert.equal(fit([section(["a"]), section(["b", "b", "b", "b"])], 12), "a\nb\nb\n+2\n");
  });
});

test("the layout of a comment", () => {
  const cost = {
    before: 100,
    after: 150.5,
    lines: [{ what: "3 nodes", monthly: 150.5 }],
    unpriced: ["traffic"],
    pricesOf: "2026-09",
  };
  const text = renderComment(
    {
      results: [
        result({
          steps: [
            step({
              change: "replace",
              type: "aws:eks/cluster:Cluster",
              name: "cluster",
              forcedBy: ["name"],
              properties: ["name"],
            }),
            step({ change: "update", name: "hello", properties: ["tags.env"] }),
          ],
          cost,
          policies: [{ policy: "log-retention", mandatory: false, resource: "logs", message: "kept for ever" }],
        }),
        result({ stack: "dev-gcp", cloud: "gcp", failure: "Permission denied" }),
      ],
      labels: ["allow-replace"],
    },
    { commit: "0123456789abcdef" },
  );
  assert.equal(text, fs.readFileSync(path.join(__dirname, "comment.md"), "utf8"));
});

test("results come from folders of any depth; what is none is told with its file", (context) => {
  const folder = temporaryFolder(context);
  writeResult(path.join(folder, "preview-dev-aws"), "dev-aws", result());
  assert.deepEqual(readResults(folder, previewSchema), [result()]);
  assert.deepEqual(readResults(path.join(folder, "none"), previewSchema), []);
  fs.writeFileSync(path.join(folder, "x.json"), JSON.stringify(result({ stack: "<b>" })));
  assert.throws(() => readResults(folder, previewSchema), /x\.json is not what a job of this commit wrote/);
});
