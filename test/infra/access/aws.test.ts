import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { awsGrants, awsPolicies } from "../../../infra/access/aws";
import { checkQuotas, policyDocument, policyQuotas, trustPolicy } from "../../../infra/access/aws/documents";
import type { AwsGrant } from "../../../infra/access/aws/grants";
import { longest, scopeOf } from "../../../infra/access/aws/scope";
import { stateGrants } from "../../../infra/access/aws/state";
import { identityNames } from "../../../infra/access/identities";
import { trustedSubjects } from "../../../infra/access/subjects";
import { awsBootstrapNames } from "../../../infra/names";

const settings = { project: "trinity", pulumiProject: "trinity", env: "dev", region: "us-east-1", promotesFrom: [] };
const account = { partition: "aws", account: "123456789012" };
const state = { stateBucket: "trinity-dev-state-123456789012", stateKey: "arn:aws:kms:us-east-1:123456789012:key/1" };
const scope = scopeOf(settings, account, state);

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

function statements(grants: readonly AwsGrant[], where = scope): readonly Statement[] {
  return (JSON.parse(policyDocument(grants, where)) as { readonly Statement: readonly Statement[] }).Statement;
}

function concerning(grants: readonly AwsGrant[], action: string): readonly Statement[] {
  return statements(grants).filter(({ Action }) => Action.includes(action));
}

describe("trust", () => {
  const repository = { owner: "example", ownerId: 1234, name: "trinity", id: 5678 };
  const provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";

  test("is in tokens of GitHub's for AWS, with the subjects of one environment, compared whole", () => {
    const trust: unknown = JSON.parse(trustPolicy(provider, trustedSubjects(repository, "deploy", "dev")));
    assert.deepEqual(trust, {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: provider },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
              "token.actions.githubusercontent.com:sub": [
                "repo:example/trinity:environment:dev",
                "repo:example@1234/trinity@5678:environment:dev",
              ],
            },
          },
        },
      ],
    });
  });

  for (const name of identityNames) {
    test(`of ${name} knows no pattern`, () => {
      const text = trustPolicy(provider, trustedSubjects(repository, name, "dev"));
      assert.doesNotMatch(text, /[*?]|StringLike/);
    });
  }

  test("in the longest names that GitHub and the settings take still fits IAM's quota", () => {
    const widest = { owner: "o".repeat(39), ownerId: 2 ** 40, name: "r".repeat(100), id: 2 ** 40 };
    for (const name of identityNames) {
      const text = trustPolicy(provider, trustedSubjects(widest, name, "e".repeat(10)));
      assert.ok(text.length <= policyQuotas.trustPolicy, `${name}: ${text.length}`);
    }
  });
});

describe("what identities may do in AWS", () => {
  const everything = identityNames.flatMap((name) =>
    [...awsGrants[name], ...stateGrants[name]].map((grant) => ({ name, grant })),
  );

  test("is named action by action", () => {
    for (const { name, grant } of everything) {
      for (const action of grant.actions) {
        assert.match(action, /^[a-z0-9]+:[A-Za-z]+$/, `${name}: ${action}`);
      }
    }
  });

  test("is in no identity's reach where it is about identities: the bootstrap's own roles and policies", () => {
    for (const name of identityNames) {
      const own = awsBootstrapNames(settings);
      const targets = identityNames.map((other) => `arn:aws:iam::123456789012:role/${own.role(other)}`);
      const aboutIam = statements([...awsGrants[name], ...stateGrants[name]]).filter(({ Action }) =>
        Action.some((action) => action.startsWith("iam:")),
      );
      for (const resource of aboutIam.flatMap(({ Resource }) => Resource)) {
        assert.doesNotMatch(resource, /[*?]/, `${name}: ${resource}`);
        assert.equal(targets.includes(resource), false, `${name}: ${resource}`);
        assert.match(resource, /:role\//);
      }
    }
  });

  test("is without a resource only where the request names none, and then held to the region or to tags", () => {
    for (const name of identityNames) {
      for (const { Action, Resource, Condition } of statements(awsGrants[name])) {
        if (Resource.includes("*")) {
          const keys = Object.values(Condition ?? {}).flatMap(Object.keys);
          assert.ok(
            keys.includes("aws:RequestedRegion") || keys.includes("aws:RequestTag/env"),
            `${name}: ${Action.join(", ")}`,
          );
        }
      }
    }
  });

  test("preview and rollout only read", () => {
    for (const name of ["preview", "rollout"] as const) {
      for (const action of awsGrants[name].flatMap(({ actions }) => actions)) {
        assert.match(action, /:(Describe|Get|List)/, name);
      }
    }
    const values = /secretsmanager|ssm:|:GetAuthorizationToken|:GetSecretValue|kms:Decrypt/;
    assert.doesNotMatch(JSON.stringify(awsGrants.preview), values);
  });

  test("deploy hands roles only to EKS and EC2, and attaches only what nodes and control planes need", () => {
    assert.deepEqual(concerning(awsGrants.deploy, "iam:PassRole"), [
      {
        Effect: "Allow",
        Action: ["iam:PassRole"],
        Resource: ["arn:aws:iam::123456789012:role/trinity-dev-aws-control-plane"],
        Condition: { StringEquals: { "iam:PassedToService": ["eks.amazonaws.com"] } },
      },
      {
        Effect: "Allow",
        Action: ["iam:PassRole"],
        Resource: ["arn:aws:iam::123456789012:role/trinity-dev-aws-nodes"],
        Condition: { StringEquals: { "iam:PassedToService": ["eks.amazonaws.com", "ec2.amazonaws.com"] } },
      },
    ]);
    assert.deepEqual(
      concerning(awsGrants.deploy, "iam:AttachRolePolicy").map(({ Condition }) => Condition),
      [
        {
          ArnEquals: {
            "iam:PolicyARN": [
              "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
              "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
              "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
              "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
            ],
          },
        },
      ],
    );
  });

  test("deploy cannot move a resource into its reach: tags of whose it is are set when something is made", () => {
    for (const action of ["ec2:CreateTags", "ec2:DeleteTags", "kms:TagResource", "kms:UntagResource"]) {
      for (const { Condition = {} } of concerning(awsGrants.deploy, action)) {
        const own = Condition.StringEquals ?? {};
        const others = Condition["ForAllValues:StringNotEquals"]?.["aws:TagKeys"];
        const atCreation = "ec2:CreateAction" in own || Condition.Null?.["aws:ResourceTag/project"]?.[0] === "true";
        assert.ok(atCreation || ("aws:ResourceTag/env" in own && others?.join() === "project,env"), action);
      }
    }
  });

  test("push writes to the environment's own repositories, and reads those that it promotes from", () => {
    const where = scopeOf({ ...settings, env: "prod", promotesFrom: ["dev", "stage"] }, account);
    const resources = (action: string) =>
      statements(awsGrants.push, where)
        .filter(({ Action }) => Action.includes(action))
        .flatMap(({ Resource }) => Resource);
    const repository = (env: string) => `arn:aws:ecr:us-east-1:123456789012:repository/trinity-${env}-aws-*`;
    assert.deepEqual(resources("ecr:PutImage"), [repository("prod")]);
    assert.deepEqual(resources("ecr:BatchGetImage"), ["prod", "dev", "stage"].map(repository));
    assert.deepEqual(
      statements(awsGrants.push).flatMap(({ Resource }) => Resource),
      ["*", repository("dev")],
      "nothing is said of other environments where there is none",
    );
  });
});

describe("what identities may do with the state", () => {
  const own = "arn:aws:s3:::trinity-dev-state-123456789012/.pulumi/*/trinity/dev-";

  test("preview and rollout read it", () => {
    for (const name of ["preview", "rollout"] as const) {
      assert.deepEqual(
        stateGrants[name].flatMap(({ actions }) => actions),
        ["s3:ListBucket", "s3:GetObject", "kms:Decrypt"],
      );
    }
  });

  for (const [name, forbidden, allowed] of [
    ["push", [`${own}aws.json*`, `${own}gcp/*`, `${own}bootstrap-azure.json*`], /dev-\*$/],
    ["deploy", [`${own}bootstrap-*`], /dev-\*$/],
  ] as const) {
    test(`${name} writes its own stacks and locks, and no other's`, () => {
      const [allow, deny, ...others] = concerning(stateGrants[name], "s3:PutObject");
      assert.deepEqual(others, []);
      assert.equal(allow?.Effect, "Allow");
      assert.equal(allow.Resource.length, 1);
      assert.match(allow.Resource[0] ?? "", allowed);
      assert.equal(deny?.Effect, "Deny");
      for (const resource of forbidden) {
        assert.ok(deny.Resource.includes(resource), resource);
      }
    });
  }
});

describe("policies", () => {
  for (const name of identityNames) {
    test(`of ${name} fit IAM's quotas with the longest names`, () => {
      const project = "p".repeat(28);
      const names = awsBootstrapNames({ project, env: "e".repeat(10) });
      const where = scopeOf(
        {
          project,
          pulumiProject: "trinity",
          env: "e".repeat(10),
          region: "ap-southeast-1",
          promotesFrom: ["dev", "stage"],
        },
        longest,
        longest.state(names.stateBucket),
      );
      const all = { ...awsPolicies[name], state: stateGrants[name] };
      const documents = Object.entries<readonly AwsGrant[]>(all).map(([purpose, grants]) => [
        purpose,
        policyDocument(grants, where),
      ]);
      checkQuotas(names.role(name), "{}", Object.fromEntries(documents) as Record<string, string>);
    });
  }

  test("say the same of the same resources in one statement", () => {
    const grants: readonly AwsGrant[] = [
      { actions: ["ecr:PutImage"], resources: ["*"], because: "recorded" },
      { actions: ["ecr:BatchGetImage", "ecr:PutImage"], resources: ["*"], because: { source: "somewhere" } },
    ];
    assert.deepEqual(statements(grants), [
      { Effect: "Allow", Action: ["ecr:BatchGetImage", "ecr:PutImage"], Resource: ["*"] },
    ]);
  });

  test("name nothing that is not known", () => {
    const grants: readonly AwsGrant[] = [
      { actions: ["s3:GetObject"], resources: ["{stateBucket}"], because: "recorded" },
    ];
    assert.throws(() => policyDocument(grants, scopeOf(settings, account)), /\{stateBucket\}, which is not known/);
  });

  const refusals: readonly (readonly [string, string, Record<string, string>, RegExp])[] = [
    ["a trust policy", "x".repeat(2049), {}, /trust policy of role ci has 2049 characters .* IAM takes 2048/],
    ["a policy", "", { network: "x".repeat(6145) }, /policy "network" of role ci has 6145 characters .* takes 6144/],
    [
      "a number of policies",
      "",
      Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`p${index}`, ""])),
      /ci has 11 policies, and IAM takes 10/,
    ],
  ];
  for (const [what, trust, policies, words] of refusals) {
    test(`${what} beyond IAM's quota is refused before anything is made`, () => {
      assert.throws(() => {
        checkQuotas("ci", trust, policies);
      }, words);
    });
  }

  test("are measured without white space", () => {
    checkQuotas("ci", "", { network: " ".repeat(7000) });
  });
});
