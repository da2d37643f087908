import assert from "node:assert/strict";
import * as fs from "node:fs";
import { test } from "node:test";
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from "jose";
import { githubIssuer } from "../../infra/access/subjects";
import { issuerKeysFile } from "../../rehearsal/clouds/kernel/job-token";
import { deployJob as deploy, issuerFor as started } from "../clouds/jobs";
import { temporaryFolder } from "../support/simulation";

test("a job gets a token for the audience that it asks for, which the issuer's keys verify", async (context) => {
  const clouds = temporaryFolder(context);
  const issuer = await started(context, clouds);
  const answer = await request(issuer.environment(deploy), "&audience=sts.amazonaws.com");
  assert.equal(answer.status, 200);
  const { value } = (await answer.json()) as { readonly value: string };

  const keys = JSON.parse(fs.readFileSync(issuerKeysFile(clouds), "utf8")) as JSONWebKeySet;
  const { payload } = await jwtVerify(value, createLocalJWKSet(keys), { audience: "sts.amazonaws.com" });
  assert.equal(payload.iss, githubIssuer);
  assert.equal(payload.sub, "repo:acme/shop:environment:dev");
  assert.deepEqual(
    [payload.repository, payload.repository_id, payload.repository_owner_id, payload.ref, payload.event_name],
    ["acme/shop", "22", "11", "refs/heads/main", "push"],
  );
  assert.equal(payload.job_workflow_ref, "acme/shop/.github/workflows/deploy.yml@refs/heads/main");
  assert.equal(payload.environment, "dev");
  assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 300);
});

for (const [what, job, subject] of [
  ["a branch", { environment: undefined }, "repo:acme/shop:ref:refs/heads/main"],
  ["a pull request", { environment: undefined, event: "pull_request" }, "repo:acme/shop:pull_request"],
  ["a pull request's environment", { event: "pull_request" }, "repo:acme/shop:environment:dev"],
  ["ids", { subjects: "ids" }, "repo:acme@11/shop@22:environment:dev"],
] as const) {
  test(`the subject says ${what}`, async (context) => {
    const issuer = await started(context);
    const token = await issuer.token({ ...deploy, ...job }, "anyone");
    const { payload } = await jwtVerify(token, createLocalJWKSet(issuer.keys));
    assert.equal(payload.sub, subject);
  });
}

test("without an audience the token is for the repository's owner", async (context) => {
  const issuer = await started(context);
  const { value } = (await (await request(issuer.environment(deploy), "")).json()) as { readonly value: string };
  await jwtVerify(value, createLocalJWKSet(issuer.keys), { audience: "https://github.com/acme" });
});

test("a job of a fork, and one without the permission, cannot ask", async (context) => {
  const issuer = await started(context);
  assert.deepEqual(issuer.environment({ ...deploy, fork: true }), {});
  assert.deepEqual(issuer.environment({ ...deploy, mayRequestToken: false }), {});
});

test("a job's token may be made with another time, to show that it is refused", async (context) => {
  const issuer = await started(context);
  const answer = await request(issuer.environment(deploy, { secondsAgo: 400 }), "&audience=anyone");
  const { value } = (await answer.json()) as { readonly value: string };
  await assert.rejects(jwtVerify(value, createLocalJWKSet(issuer.keys)), errors.JWTExpired);
});

test("another request token gets nothing", async (context) => {
  const issuer = await started(context);
  const environment = { ...issuer.environment(deploy), ACTIONS_ID_TOKEN_REQUEST_TOKEN: "stolen" };
  assert.equal((await request(environment, "")).status, 401);
});

function request(environment: Readonly<Record<string, string>>, audience: string): Promise<Response> {
  return fetch(`${environment.ACTIONS_ID_TOKEN_REQUEST_URL}${audience}`, {
    headers: { authorization: `bearer ${environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` },
  });
}
