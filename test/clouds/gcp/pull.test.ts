import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { provePull } from "../../../rehearsal/clouds/gcp/pull";
import type { Properties } from "../../../rehearsal/clouds/kernel/values";
import { email, image, member, simulate, valid } from "./support";

type Cloud = ReturnType<typeof simulate>;

/** Waits until every grant has taken effect. */
async function effective(cloud: Cloud): Promise<void> {
  await cloud.world.until(Math.max(...cloud.world.list().map(({ visibleAt }) => visibleAt)));
}

/** A cluster with a node pool, and a repository that its nodes may read; `reader` undefined for no grant. */
async function platform(cloud: Cloud, options: { reader?: Properties | null; pool?: Properties } = {}): Promise<Cloud> {
  await cloud.prepare("nodePool");
  await cloud.create("repository");
  await cloud.create("nodePool", options.pool);
  if (options.reader !== null) {
    await cloud.create("repositoryMember", options.reader);
  }
  await effective(cloud);
  return cloud;
}

function nodeConfig(changes: Properties): Properties {
  return { nodeConfig: { ...(valid.nodePool.nodeConfig as Properties), ...changes } };
}

const missingReader = {
  allowed: false,
  identity: email,
  missing: `roles/artifactregistry.reader on repository trinity-app for ${member}`,
};

describe("provePull", () => {
  test("nodes pull by the reader role on the repository", async (context) => {
    const { world } = await platform(simulate(context));
    assert.deepEqual(provePull(world, "trinity", image), {
      allowed: true,
      identity: email,
      grant: "roles/artifactregistry.reader on repository trinity-app",
    });
  });

  test("without the grant it names the role, the repository and the account", async (context) => {
    const cloud = await platform(simulate(context), { reader: null });
    assert.deepEqual(provePull(cloud.world, "trinity", image), missingReader);
    const grant = await cloud.create("repositoryMember");
    await effective(cloud);
    assert.equal(provePull(cloud.world, "trinity", image).allowed, true);
    await cloud.remove("repositoryMember", grant.id);
    assert.deepEqual(provePull(cloud.world, "trinity", image), missingReader);
  });

  const insufficient: [string, Properties][] = [
    ["another role", { role: "roles/artifactregistry.viewer" }],
    ["another member", { member: "user:a@example.com" }],
  ];
  for (const [what, reader] of insufficient) {
    test(`${what} does not do`, async (context) => {
      const { world } = await platform(simulate(context), { reader });
      assert.deepEqual(provePull(world, "trinity", image), missingReader);
    });
  }

  test("a grant on another repository, or one of the same name elsewhere, does not do", async (context) => {
    const cloud = await platform(simulate(context), { reader: null });
    await cloud.create("repository", { repositoryId: "trinity-other" });
    await cloud.create("repositoryMember", { repository: "trinity-other" });
    await cloud.create("repository", { location: "us-east1" });
    await cloud.create("repositoryMember", { location: "us-east1" });
    await effective(cloud);
    assert.deepEqual(provePull(cloud.world, "trinity", image), missingReader);
  });

  test("a role on the whole project does too", async (context) => {
    const cloud = await platform(simulate(context), { reader: null });
    await cloud.create("projectMember");
    await effective(cloud);
    assert.equal(provePull(cloud.world, "trinity", image).allowed, false, "the nodes' own role reads no images");
    await cloud.create("projectMember", { role: "roles/artifactregistry.writer" });
    await effective(cloud);
    assert.deepEqual(provePull(cloud.world, "trinity", image), {
      allowed: true,
      identity: email,
      grant: "roles/artifactregistry.writer on project trinity-k8s",
    });
  });

  test("a new grant takes two minutes to take effect", async (context) => {
    const cloud = simulate(context);
    await platform(cloud, { reader: null });
    await cloud.create("repositoryMember");
    const [grant] = cloud.world.list(cloud.type("repositoryMember"));
    assert.ok(grant);
    context.mock.method(cloud.world, "now", () => grant.readyAt + 119_000);
    const decision = provePull(cloud.world, "trinity", image);
    assert.equal(decision.allowed, false);
    assert.match("missing" in decision ? decision.missing : "", /is granted but not in effect yet/);
    assert.ok("inEffectAt" in decision && (decision.inEffectAt ?? 0) > cloud.world.now());
    context.mock.method(cloud.world, "now", () => grant.readyAt + 120_000);
    assert.equal(provePull(cloud.world, "trinity", image).allowed, true);
  });

  test("an account that was deleted and made anew has lost its grant", async (context) => {
    const cloud = await platform(simulate(context));
    await cloud.remove("account", `projects/trinity-k8s/serviceAccounts/${email}`);
    const gone = provePull(cloud.world, "trinity", image);
    assert.match("missing" in gone ? gone.missing : "", /^service account .*, which node pool nodes runs as$/);
    await cloud.create("account");
    assert.deepEqual(provePull(cloud.world, "trinity", image), missingReader);
  });

  test("the default account has no grant", async (context) => {
    const { world } = await platform(simulate(context), { pool: nodeConfig({ serviceAccount: "default" }) });
    assert.equal(provePull(world, "trinity", image).identity, "default");
    assert.equal(provePull(world, "trinity", image).allowed, false);
  });

  test("narrow OAuth scopes hide the grant; the default ones do not", async (context) => {
    const scopes = ["https://www.googleapis.com/auth/logging.write"];
    const narrow = await platform(simulate(context), { pool: nodeConfig({ oauthScopes: scopes }) });
    const decision = provePull(narrow.world, "trinity", image);
    assert.match("missing" in decision ? decision.missing : "", /^OAuth scope .*cloud-platform or .*devstorage/);
    const usual = await platform(simulate(context), { pool: nodeConfig({ oauthScopes: undefined }) });
    assert.equal(provePull(usual.world, "trinity", image).allowed, true);
  });

  test("every node pool must be allowed", async (context) => {
    const cloud = await platform(simulate(context));
    const other = await cloud.create("account", { accountId: "other-nodes" });
    await cloud.create("nodePool", {
      name: "other",
      ...nodeConfig({ serviceAccount: String(other.properties.email) }),
    });
    assert.equal(provePull(cloud.world, "trinity", image).identity, other.properties.email);
    assert.equal(provePull(cloud.world, "trinity", image).allowed, false);
  });

  test("no cluster, no nodes and no repository are named", async (context) => {
    const cloud = simulate(context);
    const missing = (name: string, at = image) => {
      const decision = provePull(cloud.world, name, at);
      return "missing" in decision ? decision.missing : "nothing";
    };
    assert.equal(missing("trinity"), "GKE cluster trinity");
    await cloud.prepare("nodePool");
    assert.equal(missing("trinity"), "a node pool with nodes in trinity");
    await cloud.create("nodePool", { name: "empty", initialNodeCount: 0 });
    assert.equal(missing("trinity"), "a node pool with nodes in trinity");
    await cloud.create("nodePool");
    assert.equal(missing("trinity"), `Artifact Registry repository ${image}`);
  });
});
