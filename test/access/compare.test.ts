import assert from "node:assert/strict";
import { test } from "node:test";
import { perIdentity } from "../../infra/access/identities";
import { compareAccess } from "../../rehearsal/access/compare";
import { renderAccess } from "../../rehearsal/access/document";
import type { Recorded } from "../../rehearsal/access/record";
import type { accessTables } from "../../rehearsal/access/tables";

const nothing: Recorded = {
  aws: perIdentity(() => []),
  gcp: perIdentity(() => []),
  azure: perIdentity(() => []),
};

const none = () => ({ work: [], state: [], cluster: [] });

/** Tables that grant the push identity of AWS one action, for a reason, and nothing else. */
function granting(action: string, because: "recorded" | { readonly source: string }): typeof accessTables {
  const work = [{ actions: [action], on: "*", because }];
  return { aws: (name) => (name === "push" ? { work, state: [], cluster: [] } : none()), gcp: none, azure: none };
}

function using(action: string): Recorded {
  return { ...nothing, aws: { ...nothing.aws, push: [action] } };
}

test("what is granted since it was recorded must have been", () => {
  const tables = granting("ecr:PutImage", "recorded");
  assert.deepEqual(compareAccess(using("ecr:PutImage"), tables), []);
  const faults = compareAccess(nothing, tables);
  assert.equal(faults.length, 1);
  assert.match(String(faults[0]), /^push in aws is granted ecr:PutImage because it was recorded, and it was not/);
});

test("what is documented may be used or not", () => {
  const tables = granting("ecr:PutImage", { source: "a guide" });
  assert.deepEqual(compareAccess(nothing, tables), []);
  assert.deepEqual(compareAccess(using("ecr:PutImage"), tables), []);
});

test("what is used must be granted", () => {
  const tables = granting("ecr:PutImage", { source: "a guide" });
  assert.deepEqual(compareAccess(using("ecr:DeleteRepository"), tables), [
    "push in aws uses ecr:deleterepository, which no table grants.",
  ]);
});

test("the document names each identity's subjects, actions, resources and reasons", () => {
  const text = renderAccess(using("ecr:PutImage"));
  assert.match(text, /\| preview \|.*pull requests; branch `main`.*`repo:example\/trinity:pull_request`/);
  assert.match(text, /`repo:example@1234\/trinity@5678:environment:dev-images`/);
  for (const title of ["### AWS: push", "### Google Cloud: deploy", "### Azure: rollout", "## In every cluster"])
    assert.ok(text.includes(title));
  for (const action of [
    "`ecr:PutImage`",
    "`container.clusters.create`",
    "`Microsoft.ContainerRegistry/registries/push/write`",
    "`clusterrolebindings/get`",
    "`rollouts/patch`",
  ]) {
    assert.ok(text.includes(action), action);
  }
});
