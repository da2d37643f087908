import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { load } from "js-yaml";
import { cloudNames } from "../../infra/clouds";
import { afterExemptions } from "../../policy/exemptions";
import { policiesOf } from "../../policy/pack";
import { rules } from "../../policy/rules";
import { levelOf, parsePolicySettings, readPolicySettings } from "../../policy/settings";
import { describeStack } from "../../policy/stack";
import { repositoryRoot } from "../../rehearsal/paths";

const empty = { levels: {}, ceilings: {}, exemptions: [] };
const exemption = {
  rule: "tags",
  resource: "urn:pulumi:dev-aws::*::aws:ec2/vpc:Vpc::old+one",
  reason: "It was there before the platform, and goes with the old network.",
  until: "2027-01-31",
} as const;
const parse = (settings: object) => parsePolicySettings(JSON.stringify(settings), "policy/settings.yaml");

describe("the settings of the policy pack", () => {
  test("are told with file, key, value and rule when they are wrong", () => {
    const wrong = (settings: object, said: RegExp) => {
      assert.throws(() => parse({ ...empty, ...settings }), said);
    };
    wrong(
      { levels: { dev: { "no-such-rule": "advisory" } } },
      /settings.yaml cannot be used:\n {2}levels\.dev.*no-such-rule/,
    );
    wrong({ levels: { dev: { tags: "off" } } }, /levels\.dev\.tags: "off": .*advisory/);
    wrong({ levels: { "not-an-env": {} } }, /not-an-env/);
    wrong({ ceilings: { "dev-aws": -1 } }, /ceilings\.dev-aws: -1/);
    wrong({ exemptions: [{ ...exemption, rule: "cost-ceiling" }] }, /exemptions\.0\.rule: "cost-ceiling"/);
    wrong({ exemptions: [{ ...exemption, reason: "because" }] }, /reason: "because": a sentence/);
    wrong({ exemptions: [{ ...exemption, until: "2027-02-30" }] }, /until: "2027-02-30": a day/);
    wrong({ exemptions: [{ ...exemption, until: undefined }] }, /until: missing/);
    wrong({ exemptions: [{ ...exemption, resource: "*" }] }, /resource: "\*": the URN/);
    wrong({ more: 1 }, /more/);
    assert.throws(() => parsePolicySettings("a: [", "x.yaml"), /x.yaml is not YAML/);
  });

  test("make a rule mandatory that they do not name", () => {
    const settings = parse({ ...empty, levels: { dev: { tags: "advisory" } } });
    assert.equal(levelOf(settings, "dev", "tags"), "advisory");
    assert.equal(levelOf(settings, "dev", "no-latest"), "mandatory");
    assert.equal(levelOf(settings, "prod", "tags"), "mandatory");
  });

  test("decide how the pack enforces each rule on a stack", () => {
    const settings = parse({ ...empty, levels: { dev: { tags: "advisory", "no-latest": "disabled" } } });
    const levels = Object.fromEntries(
      policiesOf(settings, "dev-aws").map(({ name, enforcementLevel }) => [name, enforcementLevel]),
    );
    const { "notice-secrets": notice, tags, "no-latest": latest, ...others } = levels;
    assert.deepEqual([notice, tags, latest], ["remediate", "advisory", "disabled"]);
    assert.deepEqual([...new Set(Object.values(others))], ["mandatory"]);
    assert.equal(Object.keys(levels).length, rules.length + 1);
  });

  test("of this repository are in order: every cloud's stack has a ceiling, and no exemption has ended", () => {
    const settings = readPolicySettings(path.join(repositoryRoot, "policy/settings.yaml"));
    const stacks = fs
      .readdirSync(path.join(repositoryRoot, "stacks"))
      .flatMap((file) => /^Pulumi\.(\w+-(?:aws|gcp|azure))\.yaml$/.exec(file)?.[1] ?? []);
    assert.ok(stacks.length >= cloudNames.length);
    assert.deepEqual(Object.keys(settings.ceilings).sort(), stacks.sort());
    const today = new Date().toISOString().slice(0, 10);
    assert.deepEqual(
      settings.exemptions.filter(({ until }) => until < today),
      [],
      "renew them or mend what they excuse",
    );
  });
});

describe("an exemption", () => {
  const violation = { urn: "urn:pulumi:dev-aws::trinity::a$b$aws:ec2/vpc:Vpc::old+one", message: "it is wrong." };
  const after = (today: string, more: object = {}) =>
    afterExemptions("tags", [{ ...violation, ...more }], [exemption], today);

  test("holds up to its last day, for its rule and its resources only", () => {
    const other = { ...exemption, resource: "urn:pulumi:dev-aws::trinity::a$b$aws:ec2/vpc:Vpc::old+one" };
    assert.deepEqual(afterExemptions("tags", [violation], [other], "2027-01-31"), []);
    assert.deepEqual(afterExemptions("no-latest", [violation], [other], "2027-01-31"), [violation]);
    const wide = { ...exemption, resource: "urn:pulumi:dev-aws::*aws:ec2/vpc:Vpc::old+one" };
    assert.deepEqual(afterExemptions("tags", [violation], [wide], "2026-01-01"), []);
    assert.deepEqual(after("2026-01-01"), [violation], "its pattern names another parent");
    assert.deepEqual(after("2026-01-01", { urn: undefined }), [{ message: violation.message, urn: undefined }]);
  });

  test("that has ended exempts nothing, and says so", () => {
    const wide = { ...exemption, resource: "urn:pulumi:dev-aws::*old+one" };
    const [left] = afterExemptions("tags", [violation], [wide], "2027-02-01");
    assert.equal(
      left?.message,
      "it is wrong. The exemption until 2027-01-31 has ended; it said: It was there before the platform, and goes with the old network.",
    );
  });
});

test("a stack is described by its name and its settings", () => {
  const settings = parse({ ...empty, ceilings: { "dev-azure": 7 } });
  assert.deepEqual(describeStack("dev-azure", settings, { "azure-native:location": "eastus" }), {
    name: "dev-azure",
    env: "dev",
    program: "azure",
    cloud: { name: "azure", region: "eastus" },
    ceiling: 7,
  });
  assert.equal(describeStack("dev-bootstrap-aws", settings, {}).cloud, undefined);
  assert.equal(describeStack("dev-bootstrap-aws", settings, {}).program, "bootstrap-aws");
});

test("the pack is one of the ordinary engine's runtime", () => {
  const manifest = load(fs.readFileSync(path.join(repositoryRoot, "policy/PulumiPolicy.yaml"), "utf8")) as object;
  assert.equal("runtime" in manifest && manifest.runtime, "nodejs");
});
