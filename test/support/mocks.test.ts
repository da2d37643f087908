import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { find, listOf, runWithMocks, unparented, valueOf } from "./mocks";

class Pair extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, orphan: boolean) {
    super("trinity:test:Pair", name, {}, {});
    const role = new aws.iam.Role(`${name}-role`, { assumeRolePolicy: pulumi.secret("{}") }, { parent: this });
    new aws.iam.RolePolicyAttachment(
      `${name}-attachment`,
      { role: role.name, policyArn: "arn" },
      orphan ? {} : { parent: this },
    );
    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

const resources = {
  "aws:iam/role:Role": (_inputs: unknown, name: string) => ({ arn: `arn:${name}`, name }),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": () => ({}),
};

describe("runWithMocks", () => {
  test("records everything that a component declares, with parents, secrets and dependencies", async () => {
    const run = await runWithMocks({ resources }, () => new Pair("pair", false));
    assert.deepEqual(listOf(run.resources), [
      "aws:iam/role:Role pair-role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment pair-attachment",
      "trinity:test:Pair pair",
    ]);
    assert.deepEqual(unparented(run.resources), ["pair"]);
    const role = find(run.resources, "pair-role");
    assert.equal(role.parent, find(run.resources, "pair").urn);
    assert.deepEqual(role.inputs, { assumeRolePolicy: "{}" });
    assert.deepEqual(role.secretInputs, ["assumeRolePolicy"]);
    assert.deepEqual(find(run.resources, "pair-attachment").dependencies, ["pair-role"]);
    assert.equal(await valueOf(run.result.arn), "arn:pair-role");
  });

  test("shows a child that lost its parent", async () => {
    const run = await runWithMocks({ resources }, () => new Pair("pair", true));
    assert.deepEqual(unparented(run.resources).sort(), ["pair", "pair-attachment"]);
  });

  test("refuses a resource type that is not in the table", async () => {
    await assert.rejects(
      runWithMocks({ resources: { "aws:iam/role:Role": () => ({ name: "r" }) } }, () => new Pair("pair", false)),
      /resource type aws:iam\/rolePolicyAttachment:RolePolicyAttachment \(pair-attachment\)/,
    );
  });

  test("refuses a function that is not in the table", async () => {
    await assert.rejects(
      runWithMocks({ resources }, () => aws.getCallerIdentity().catch(() => undefined)),
      /function aws:index\/getCallerIdentity:getCallerIdentity/,
    );
  });
});
