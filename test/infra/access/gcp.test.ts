import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Cluster } from "../../../components/gcp/cluster";
import { gcpGrants } from "../../../infra/access/gcp";
import { type GcpConditionSettings, gcpConditions } from "../../../infra/access/gcp/conditions";
import { gcpRoles } from "../../../infra/access/gcp/roles";
import { type GcpGrant, type GcpScope, gcpScopes, grantedProjectRoles } from "../../../infra/access/gcp/scopes";
import { gcpStateGrants } from "../../../infra/access/gcp/state";
import { identityNames } from "../../../infra/access/identities";
import { gcpMocks } from "../../components/gcp/support";
import { runWithMocks } from "../../support/mocks";

const settings: GcpConditionSettings = {
  env: "dev",
  promotesFrom: [],
  cluster: "trinity-dev-gcp",
  repositories: (env) => `trinity-${env}-gcp-`,
  bucket: "state",
  keyRing: "trinity-dev-state",
  pulumiProject: "trinity",
};

function actionsOf(grants: readonly GcpGrant[], on?: GcpScope): string[] {
  return grants.filter((grant) => on === undefined || grant.on === on).flatMap(({ actions }) => actions);
}

describe("permissions in Google Cloud", () => {
  test("are exact, each once in a scope", () => {
    for (const name of identityNames) {
      for (const grants of [gcpGrants[name], gcpStateGrants[name]]) {
        for (const scope of Object.keys(gcpScopes) as GcpScope[]) {
          const actions = actionsOf(grants, scope);
          assert.ok(
            actions.every((action) => /^[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+$/.test(action)),
            `${name}: ${actions.join(", ")}`,
          );
          assert.deepEqual(actions, [...new Set(actions)], `${name}, ${scope}`);
        }
      }
    }
  });

  test("of preview and rollout change nothing", () => {
    const reading = /\.(get|list|getIamPolicy|downloadArtifacts|useToDecrypt)$/;
    for (const name of ["preview", "rollout"] as const) {
      const actions = actionsOf([...gcpGrants[name], ...gcpStateGrants[name]]);
      assert.deepEqual(
        actions.filter((action) => !reading.test(action)),
        [],
      );
    }
  });

  test("of rollout are to find the cluster", () => {
    assert.deepEqual(actionsOf(gcpGrants.rollout), ["container.clusters.get"]);
  });

  test("let no identity change an identity, or give itself more", () => {
    for (const name of identityNames) {
      const actions = actionsOf([...gcpGrants[name], ...gcpStateGrants[name]]);
      const powers = actions.filter((action) =>
        /^iam\.(roles|workloadIdentity|serviceAccounts\.(setIamPolicy|getAccessToken|signBlob|signJwt)|serviceAccountKeys)/.test(
          action,
        ),
      );
      assert.deepEqual(powers, [], name);
    }
    assert.deepEqual(
      actionsOf(gcpGrants.deploy, "nodes"),
      ["resourcemanager.projects.setIamPolicy"],
      "the project's policy, under a condition",
    );
    const elsewhere = gcpGrants.deploy.filter(({ on }) => on !== "nodes");
    assert.ok(!actionsOf(elsewhere).includes("resourcemanager.projects.setIamPolicy"));
  });

  test("of push are in repositories only", () => {
    assert.ok(gcpGrants.push.every(({ on }) => on === "images" || on === "promoted"));
    assert.deepEqual(actionsOf(gcpGrants.push, "promoted"), ["artifactregistry.repositories.downloadArtifacts"]);
  });

  test("the roles that deploy may grant are those that the cluster's component grants on the project", async () => {
    const { resources } = await runWithMocks(
      gcpMocks,
      () =>
        new Cluster("base", {
          clusterName: "trinity-dev-gcp",
          project: "trinity-k8s",
          region: "us-central1",
          networkId: "net",
          subnetworkId: "sub",
          podRange: "pods",
          serviceRange: "services",
          kubernetesVersion: "1.35",
          releaseChannel: "REGULAR",
          nodeServiceAccountName: "trinity-dev-gcp-nodes",
          nodeType: "e2-standard-2",
          nodes: { minimum: 3, maximum: 6 },
          apiServerCidrs: ["192.0.2.0/24"],
          deletionProtection: false,
          labels: {},
        }),
    );
    const granted = resources.filter(({ type }) => type === "gcp:projects/iAMMember:IAMMember");
    assert.deepEqual(
      granted.map(({ inputs }) => inputs.role),
      grantedProjectRoles,
    );
  });
});

describe("conditions", () => {
  const expressions = (scope: GcpScope, changes: Partial<GcpConditionSettings> = {}) =>
    gcpConditions(scope, { ...settings, ...changes }).map((condition) => condition?.expression);

  test("name the environment's cluster, or a part of it, and no cluster of a longer name", () => {
    assert.deepEqual(expressions("cluster"), [
      'resource.name.endsWith("/clusters/trinity-dev-gcp") || ' +
        'resource.name.extract("/clusters/{cluster}/") == "trinity-dev-gcp"',
    ]);
  });

  test("name the repositories of the environment, whatever apps there will be", () => {
    assert.deepEqual(expressions("images"), [
      'resource.name.extract("/repositories/{repository}").startsWith("trinity-dev-gcp-")',
    ]);
  });

  test("let images be read where they are promoted from, and nowhere if there is no such place", () => {
    assert.deepEqual(expressions("promoted"), []);
    assert.deepEqual(expressions("promoted", { promotesFrom: ["dev", "stage"] }), [
      'resource.name.extract("/repositories/{repository}").startsWith("trinity-dev-gcp-") || ' +
        'resource.name.extract("/repositories/{repository}").startsWith("trinity-stage-gcp-")',
    ]);
  });

  test("let the project's policy change by the nodes' role only", () => {
    assert.deepEqual(expressions("nodes"), [
      "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', [])" +
        ".hasOnly(['roles/container.defaultNodeServiceAccount'])",
    ]);
  });

  test("keep the platform's stacks from whoever writes the apps'", () => {
    const [files = "", folders = ""] = expressions("apps");
    for (const expression of [files, folders]) {
      assert.match(expression, /^resource\.name\.startsWith\("projects\/_\/buckets\/state\/objects\/"\) && /);
      for (const stack of ["dev-aws", "dev-gcp", "dev-azure", "dev-bootstrap-gcp"]) {
        assert.ok(expression.includes(` != "${stack}"`), stack);
      }
    }
    assert.match(files, /extract\("\/stacks\/trinity\/\{stack\}\."\)\.startsWith\("dev-"\)/);
    assert.match(folders, /extract\("\/trinity\/\{stack\}\/"\)\.startsWith\("dev-"\)/);
  });

  test("keep the bootstrap stacks from deploy", () => {
    assert.deepEqual(expressions("stacks"), [
      'resource.name.startsWith("projects/_/buckets/state/objects/") && ' +
        '!resource.name.extract("/trinity/{stack}").startsWith("dev-bootstrap-")',
    ]);
  });

  test("have a title, and no more operators than Google takes", () => {
    const promotesFrom = Array.from({ length: 13 }, (_, index) => `environ${index}`);
    for (const scope of Object.keys(gcpScopes) as GcpScope[]) {
      for (const condition of gcpConditions(scope, { ...settings, promotesFrom })) {
        const operators = condition?.expression.match(/&&|\|\||!(?!=)/g) ?? [];
        assert.ok(operators.length <= 12, `${scope}: ${operators.length}`);
        assert.ok(condition === undefined || (condition.title.length > 0 && condition.title.length <= 100), scope);
      }
    }
  });
});

test("a role holds all permissions of one scope, sorted, each once", () => {
  const grants: readonly GcpGrant[] = [
    { on: "cluster", actions: ["container.clusters.update", "container.clusters.get"], because: "recorded" },
    { on: "promoted", actions: ["artifactregistry.repositories.downloadArtifacts"], because: "recorded" },
    { on: "cluster", actions: ["container.clusters.delete", "container.clusters.get"], because: { source: "x" } },
  ];
  assert.deepEqual(
    gcpRoles(grants, "trinity dev deploy", (scope) => `trinity.dev.deploy.${scope}`, settings),
    [
      {
        name: "cluster",
        id: "trinity.dev.deploy.cluster",
        title: "trinity dev deploy: the environment's cluster",
        permissions: ["container.clusters.delete", "container.clusters.get", "container.clusters.update"],
        conditions: gcpConditions("cluster", settings),
      },
    ],
    "and none of a scope that is nowhere",
  );
});
