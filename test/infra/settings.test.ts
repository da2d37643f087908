import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { awsSettings } from "../../infra/settings/aws";
import { readSettings } from "../../infra/settings/read";

const identity = { stack: "dev-aws", env: "dev", program: "aws" };
const required = {
  "trinity:project": "trinity",
  "aws:region": "us-east-1",
  "trinity:gitops": '{"repository":"https://github.com/example/trinity.git"}',
};

const admin = "arn:aws:iam::123456789012:role/Admin";

function read(changes: Record<string, string | undefined>) {
  const config: Record<string, string> = {};
  for (const [key, value] of Object.entries<string | undefined>({ ...required, ...changes })) {
    if (value !== undefined) {
      config[key] = value;
    }
  }
  return readSettings(awsSettings, identity, config);
}

describe("settings", () => {
  test("defaults fill what is left out", () => {
    const settings = read({});
    assert.equal(settings["trinity:natGateways"], 1);
    assert.deepEqual(settings["trinity:nodes"], { minimum: 2, maximum: 6 });
    assert.deepEqual(settings["trinity:gitops"], {
      repository: "https://github.com/example/trinity.git",
      revision: "HEAD",
      path: "gitops/root",
    });
  });

  test("configuration of other namespaces is not Trinity's business", () => {
    assert.doesNotThrow(() => read({ "aws:skipCredentialsValidation": "true" }));
  });

  const refusals: [string, Record<string, string | undefined>, RegExp][] = [
    [
      "a missing setting",
      { "aws:region": undefined },
      /aws:region: missing; set it with `pulumi config set aws:region/,
    ],
    ["a wrong value", { "aws:region": "Frankfurt" }, /aws:region: "Frankfurt": .*AWS region such as us-east-1/],
    ["an unknown key", { "trinity:regoin": "x" }, /trinity:regoin: no such setting; known are .*trinity:natGateways/],
    ["a number out of range", { "trinity:natGateways": "4" }, /trinity:natGateways: "4": .*3/],
    ["text in place of a number", { "trinity:natGateways": "two" }, /trinity:natGateways: "two": .*whole number/],
    ["text in place of an object", { "trinity:gitops": "github" }, /trinity:gitops: "github": .*not plain text/],
    [
      "counts that contradict",
      { "trinity:nodes": '{"minimum":5,"maximum":2}' },
      /trinity:nodes: .*the minimum not above the maximum/,
    ],
    [
      "a network that EC2 would not take",
      { "trinity:networkCidr": "10.0.0.0/28" },
      /trinity:networkCidr: "10\.0\.0\.0\/28" is not between \/16.* and \/24/,
    ],
    [
      "a network that begins elsewhere",
      { "trinity:networkCidr": "10.0.1.0/16" },
      /trinity:networkCidr: "10\.0\.1\.0\/16" must begin at .* 10\.0\.0\.0\/16/,
    ],
    [
      "an administrator twice",
      { "trinity:clusterAdmins": JSON.stringify([admin, admin]) },
      /trinity:clusterAdmins: .*stands there twice/,
    ],
    [
      "an account in place of a role",
      { "trinity:clusterAdmins": '["123456789012"]' },
      /trinity:clusterAdmins: .*not the ARN/,
    ],
    [
      "a user in place of a role",
      { "trinity:rolloutPrincipal": "arn:aws:iam::123456789012:user/x" },
      /ARN of an IAM role/,
    ],
    [
      "who looks after rollouts and administers too",
      { "trinity:clusterAdmins": JSON.stringify([admin]), "trinity:rolloutPrincipal": admin },
      /trinity:rolloutPrincipal: .*one access entry for each principal/,
    ],
    [
      "who previews and administers too",
      { "trinity:clusterAdmins": JSON.stringify([admin]), "trinity:previewPrincipal": admin },
      /trinity:previewPrincipal: .*in trinity:clusterAdmins too; EKS holds one access entry for each principal/,
    ],
    [
      "who previews and looks after rollouts too",
      { "trinity:previewPrincipal": admin, "trinity:rolloutPrincipal": admin },
      /trinity:previewPrincipal: .*in trinity:rolloutPrincipal too/,
    ],
    ["a key inside that is unknown", { "trinity:gitops": '{"repo":"x"}' }, /trinity:gitops.*repository/s],
  ];
  for (const [what, changes, words] of refusals) {
    test(`${what} is named with the stack file`, () => {
      assert.throws(
        () => read(changes),
        (error: Error) => {
          assert.equal(error.name, "SettingsError");
          assert.match(error.message, /^stacks\/Pulumi\.dev-aws\.yaml has settings that cannot be used:/);
          assert.match(error.message, words);
          return true;
        },
      );
    });
  }

  for (const repository of [
    "https://github.com/example/trinity.git",
    "ssh://git@github.com/example/trinity.git",
    "git@github.com:example/trinity.git",
  ]) {
    test(`Argo CD may clone ${repository}`, () => {
      const settings = read({ "trinity:gitops": JSON.stringify({ repository }) });
      assert.equal(settings["trinity:gitops"].repository, repository);
    });
  }

  for (const repository of [
    "http://github.com/example/trinity.git",
    "git://github.com/example/trinity.git",
    "file:///trinity.git",
    "https://",
    "https://token@github.com/example/trinity.git",
    "https://ada:secret@github.com/example/trinity.git",
    "https://github.com/example/a b",
    "github.com/example/trinity",
  ]) {
    test(`Argo CD may not clone ${repository}`, () => {
      assert.throws(
        () => read({ "trinity:gitops": JSON.stringify({ repository }) }),
        /trinity:gitops\.repository: .*https:\/\/<host>/,
      );
    });
  }

  test("every fault is told at once", () => {
    assert.throws(
      () => read({ "aws:region": "x", "trinity:natGateways": "9", "trinity:typo": "y" }),
      (error: Error) => ["aws:region", "natGateways", "typo"].every((key) => error.message.includes(key)),
    );
  });
});
