import assert from "node:assert/strict";
import { test } from "node:test";
import { environmentNames, identities, identityNames } from "../../../infra/access/identities";
import { subjectsOf, trustedSubjects } from "../../../infra/access/subjects";

const repository = { owner: "example", ownerId: 1234, name: "trinity", id: 5678 };

const table = [
  [{ kind: "pull-request" }, "pull_request"],
  [{ kind: "branch", name: "main" }, "ref:refs/heads/main"],
  [{ kind: "environment", name: "dev-images" }, "environment:dev-images"],
] as const;

for (const [place, context] of table) {
  test(`subjects of ${context}, in both forms`, () => {
    assert.deepEqual(subjectsOf(repository, place), [
      `repo:example/trinity:${context}`,
      `repo:example@1234/trinity@5678:${context}`,
    ]);
  });
}

test("an identity trusts its own places, each in both forms, and no other", () => {
  assert.deepEqual(trustedSubjects(repository, "preview", "dev"), [
    "repo:example/trinity:pull_request",
    "repo:example@1234/trinity@5678:pull_request",
    "repo:example/trinity:ref:refs/heads/main",
    "repo:example@1234/trinity@5678:ref:refs/heads/main",
  ]);
  assert.deepEqual(trustedSubjects(repository, "push", "prod"), [
    "repo:example/trinity:environment:prod-images",
    "repo:example@1234/trinity@5678:environment:prod-images",
  ]);
});

test("no place's job may be two identities that change anything", () => {
  const places = identityNames.filter((name) => name !== "preview").flatMap((name) => identities[name].places("dev"));
  assert.equal(new Set(places.map((place) => JSON.stringify(place))).size, places.length);
  assert.ok(places.every(({ kind }) => kind === "environment"));
});

test("environments of GitHub are one's own", () => {
  const names = ["dev", "prod"].flatMap((env) => Object.values(environmentNames(env)));
  assert.equal(new Set(names).size, names.length);
});
