import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkOutputs } from "../../ci/deploy/deploy";
import { explainFault } from "../../ci/deploy/faults";
import { identify } from "../../ci/deploy/identifiers";
import { whenUnlocked } from "../../ci/deploy/lock";
import { settle, unread } from "../../ci/deploy/settle";
import type { StateResource } from "../../ci/engine/state";

function resource(type: string, inputs: Record<string, unknown>, more: Partial<StateResource> = {}): StateResource {
  return { urn: `urn:pulumi:dev-aws::trinity::${type}::name`, type, custom: true, inputs, ...more };
}

describe("what a cloud refuses", () => {
  const refusals: readonly (readonly [string, string, RegExp])[] = [
    [
      "AWS",
      "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/trinity-dev-deploy/job is not authorized to " +
        "perform: eks:CreateCluster on resource: arn:aws:eks:us-east-1:123456789012:cluster/trinity because no policy allows it",
      /Missing permission: arn:aws:sts::123456789012:assumed-role\/trinity-dev-deploy\/job may not eks:CreateCluster on arn:aws:eks/,
    ],
    [
      "Azure",
      "Code=\"AuthorizationFailed\" The client 'c1' with object id 'o1' does not have authorization to perform action " +
        "'Microsoft.ContainerService/managedClusters/write' over scope '/subscriptions/s' or the scope is invalid.",
      /Missing permission: c1 may not Microsoft\.ContainerService\/managedClusters\/write on \/subscriptions\/s\./,
    ],
    [
      "Google Cloud, Artifact Registry",
      "googleapi: Error 403: Permission 'artifactregistry.repositories.create' denied on resource '//artifactregistry.googleapis.com/projects/p' (or it may not exist).",
      /the identity of this job may not artifactregistry\.repositories\.create on \/\/artifactregistry/,
    ],
    [
      "Google Cloud, Kubernetes Engine",
      'googleapi: Error 403: Required "container.clusters.create" permission(s) for "projects/p".',
      /may not container\.clusters\.create on projects\/p/,
    ],
    [
      "Kubernetes",
      'namespaces is forbidden: User "arn:aws:iam::1:role/x" cannot create resource "namespaces" in API group "" at the cluster scope',
      /arn:aws:iam::1:role\/x may not create resource "namespaces"/,
    ],
  ];
  for (const [cloud, error, words] of refusals) {
    test(`${cloud}: action and identity are named, and where to look`, () => {
      const told = explainFault(error, "dev-aws");
      assert.ok(told.startsWith(error));
      assert.match(told, words);
      assert.match(told, /docs\/access\.md/);
    });
  }
  test("a login that ran out is told as such, anything else as it is", () => {
    assert.match(
      explainFault("ExpiredToken: The security token included in the request is expired", "dev-aws"),
      /ran out/,
    );
    assert.match(explainFault("AADSTS700024: Client assertion is not within its valid time range", "x"), /ran out/);
    assert.equal(explainFault("Quota exceeded", "dev-aws"), "Quota exceeded");
  });
});

describe("what was begun to be created", () => {
  const provider = { urn: "urn:pulumi:dev-gcp::trinity::pulumi:providers:gcp::default", type: "pulumi:providers:gcp" };
  const group = resource("azure-native:resources:ResourceGroup", {}, { id: "/subscriptions/s1/resourceGroups/g" });
  const known = [{ ...provider, id: "p1", custom: true, inputs: { project: "trinity-k8s" } }, group];
  const table: readonly (readonly [string, Record<string, unknown>, string | undefined])[] = [
    ["aws:eks/cluster:Cluster", { name: "c" }, "c"],
    ["aws:eks/nodeGroup:NodeGroup", { clusterName: "c", nodeGroupName: "n" }, "c:n"],
    ["gcp:container/cluster:Cluster", { name: "c", location: "l" }, "projects/trinity-k8s/locations/l/clusters/c"],
    [
      "gcp:container/nodePool:NodePool",
      { name: "n", location: "l", cluster: "projects/trinity-k8s/locations/l/clusters/c" },
      "projects/trinity-k8s/locations/l/clusters/c/nodePools/n",
    ],
    [
      "azure-native:containerservice:ManagedCluster",
      { resourceGroupName: "g", resourceName: "c" },
      "/subscriptions/s1/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c",
    ],
    ["aws:kms/alias:Alias", { name: "alias/c-secrets", targetKeyId: "k" }, "alias/c-secrets"],
    ["gcp:compute/routerNat:RouterNat", { name: "n", region: "r", router: "t" }, "trinity-k8s/r/t/n"],
    [
      "azure-native:network:Subnet",
      { resourceGroupName: "g", virtualNetworkName: "v", subnetName: "nodes" },
      "/subscriptions/s1/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/nodes",
    ],
    ["aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" }, undefined],
    ["aws:eks/cluster:Cluster", {}, undefined],
  ];
  for (const [type, inputs, id] of table) {
    test(`${type} ${JSON.stringify(inputs)}: ${id ?? "only the cloud knows"}`, () => {
      assert.equal(identify(resource(type, inputs, { provider: `${provider.urn}::p1` }), known), id);
    });
  }

  test("is taken in to be read, or told, and nothing stays pending", () => {
    const cluster = resource("aws:eks/cluster:Cluster", { name: "c" });
    const vpc = resource("aws:ec2/vpc:Vpc", {});
    const pending = [cluster, vpc].map((begun) => ({ type: "creating" as const, resource: begun }));
    const settled = settle({ deployment: { resources: known, pending_operations: pending } });
    assert.deepEqual(settled.state.deployment.pending_operations, []);
    assert.deepEqual(settled.unknown, [vpc]);
    assert.deepEqual(unread(settled.state), [group, { ...cluster, id: "c", outputs: {} }]);
  });

  test("is not taken in twice", () => {
    const cluster = resource("aws:eks/cluster:Cluster", { name: "c" });
    const resources = [{ ...cluster, id: "c", outputs: { name: "c" } }];
    const settled = settle({
      deployment: { resources, pending_operations: [{ type: "creating", resource: cluster }] },
    });
    assert.deepEqual(settled.takenIn, []);
    assert.deepEqual(settled.state.deployment.resources, resources);
  });
});

describe("a stack that another update holds", () => {
  const held =
    "the stack is currently locked by 1 lock(s).\n  s3://b/lock.json: created by ada@laptop (pid 7) at 2026-01-01";
  const { signal } = new AbortController();
  const report = () => undefined;
  test("is waited for", async () => {
    let attempts = 0;
    const operation = async () =>
      Promise.resolve(++attempts < 3 ? { ok: false, errors: [held] } : { ok: true, errors: [] });
    const result = await whenUnlocked("dev-aws", operation, { signal, report, patience: { seconds: 60, every: 0 } });
    assert.deepEqual([result.ok, attempts], [true, 3]);
  });
  test("is told with its holder and how to go on, when it stays so", async () => {
    const operation = async () => Promise.resolve({ ok: false, errors: [held] });
    await assert.rejects(whenUnlocked("dev-aws", operation, { signal, report, patience: { seconds: 0, every: 0 } }), {
      name: "RefusedError",
      message: /created by ada@laptop.*pulumi cancel --stack dev-aws/s,
    });
  });
  test("any other failure is not tried again", async () => {
    const operation = async () => Promise.resolve({ ok: false, errors: ["Quota exceeded"] });
    assert.deepEqual((await whenUnlocked("dev-aws", operation, { signal, report })).errors, ["Quota exceeded"]);
  });
});

test("outputs are the contract's: without the kubeconfig, and none with a secret in another place", () => {
  const outputs = {
    version: 1,
    cloud: "aws",
    env: "dev",
    region: "us-east-1",
    cluster: { name: "c", endpoint: "https://c.example", kubernetesVersion: "1.35" },
    registry: { host: "h", repositories: {} },
    gitops: { namespace: "n", application: "a", repository: "r", revision: "HEAD", path: "p" },
    kubeconfig: "[secret]",
  };
  assert.deepEqual(Object.keys(checkOutputs("dev-aws", outputs) as object), Object.keys(outputs).slice(0, -1));
  assert.throws(() => checkOutputs("dev-aws", { ...outputs, region: "[secret]" }), /hold a secret/);
  assert.throws(() => checkOutputs("dev-aws", { ...outputs, version: 2 }), /do not fit the output contract/);
  const digest = `sha256:${"0".repeat(64)}`;
  const app = { version: 1, app: "hello", tag: "sha-1", digest, images: { aws: `r@${digest}` } };
  assert.deepEqual(checkOutputs("dev-hello", app), app);
});
