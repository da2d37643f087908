import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { World } from "../../../rehearsal/clouds/kernel/world";
import { standInHost } from "../../../rehearsal/registry";
import { cloudNames, type CloudName } from "../../../infra/clouds";
import { clouds, findTool, type Granted, nodeLogin, pull, type Pulling, Refused, startPulling } from "./support";

/** What a node without a grant is told, in each cloud's words. */
const refusals: Readonly<Record<CloudName, readonly [status: number, code: string, message: string]>> = {
  aws: [
    403,
    "DENIED",
    "User: arn:aws:sts::123456789012:assumed-role/nodes/node-0 is not authorized to perform: ecr:BatchGetImage " +
      "on resource: arn:aws:ecr:us-east-1:123456789012:repository/app",
  ],
  gcp: [
    403,
    "DENIED",
    'Permission "artifactregistry.repositories.downloadArtifacts" denied on resource ' +
      '"projects/trinity-k8s/locations/us-central1/repositories/trinity-app" (or it may not exist)',
  ],
  azure: [401, "UNAUTHORIZED", "authentication required, visit https://aka.ms/acr/authorization for more information."],
};

describe("nodes' pulls", () => {
  let pulling: Pulling;
  before(async () => {
    pulling = await startPulling();
  });
  after(() => pulling.stop());

  /** A cloud with an image in its repository. */
  async function withImage(cloud: CloudName, context: TestContext): Promise<Granted> {
    const granted = await clouds[cloud](context);
    pulling.use(granted);
    const { status } = await pulling.client.pushImage(granted.host, granted.name, "one", cloud);
    assert.equal(status, 201);
    return granted;
  }

  async function refused(work: Promise<unknown>): Promise<readonly [number, string, string]> {
    const error: unknown = await work.then(
      () => assert.fail("it was allowed"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Refused, String(error));
    const { errors } = JSON.parse(error.message.slice(4)) as { errors: [{ code: string; message: string }] };
    return [error.status, errors[0].code, errors[0].message];
  }

  for (const cloud of cloudNames) {
    test(`${cloud}: come with the grant, end without it, and come with it again`, async (context) => {
      const granted = await withImage(cloud, context);
      const login = nodeLogin(pulling, granted);
      assert.equal((await pull(pulling, granted, "one", login)).label, cloud);
      await granted.revoke();
      assert.deepEqual(await refused(pull(pulling, granted, "one", login)), refusals[cloud]);
      await granted.grant();
      assert.equal((await pull(pulling, granted, "one", login)).label, cloud);
    });

    test(`${cloud}: end for another cluster's nodes, and without a login`, async (context) => {
      const granted = await withImage(cloud, context);
      const [status] = await refused(
        pull(pulling, granted, "one", nodeLogin(pulling, { ...granted, cluster: "other" })),
      );
      assert.equal(status, refusals[cloud][0]);
      const [anonymous, , message] = await refused(pull(pulling, granted, "one"));
      assert.equal(anonymous, cloud === "gcp" ? 403 : 401);
      assert.match(message, { aws: /no valid login/, gcp: /^Unauthenticated request\./, azure: /required/ }[cloud]);
    });

    test(`${cloud}: do not let a node push`, async (context) => {
      const granted = await withImage(cloud, context);
      const login = nodeLogin(pulling, granted);
      const page = `/v2/${granted.name}/blobs/uploads/`;
      const answer = await pulling.client.call(granted.host, page, { method: "POST", login });
      assert.equal(answer.status, refusals[cloud][0]);
      assert.match(answer.text, { aws: /ecr:InitiateLayerUpload/, gcp: /uploadArtifacts/, azure: /"push"/ }[cloud]);
    });

    test(`${cloud}: are not for other clouds' nodes, changed logins or wrong user names`, async (context) => {
      const granted = await withImage(cloud, context);
      const login = nodeLogin(pulling, granted);
      const other = cloudNames.find((name) => name !== cloud) ?? cloud;
      const wrong = [nodeLogin(pulling, { ...granted, cloud: other }), `${login}x`, `x${login}`, login.slice(0, -2)];
      for (const given of wrong) {
        const page = `/v2/${granted.name}/manifests/one`;
        assert.equal((await pulling.client.call(granted.host, page, { login: given })).status, 401, given);
      }
    });
  }

  for (const cloud of ["gcp", "azure"] as const) {
    test(`${cloud}: a token is one host's and one repository's, ends in a minute, and cannot push`, async (context) => {
      const { host, name, ...granted } = await withImage(cloud, context);
      const page = `/v2/${name}/manifests/one`;
      const issue = (seconds: number, at = host, repository = name) =>
        pulling.registries.tokens.issue(
          { use: "bearer", host: at, scopes: [{ name: repository, actions: ["pull"] }] },
          seconds,
        );
      const ask = (token: string, method = "GET") =>
        pulling.client.call(host, page, { method, authorization: `Bearer ${token}` });
      assert.equal((await ask(issue(60))).status, 200);
      const expired = await ask(issue(0));
      assert.equal(expired.status, 401);
      assert.match(expired.challenge, /error="invalid_token"/);
      assert.equal((await ask(issue(60, "other.azurecr.io"))).status, 401);
      assert.equal((await ask(issue(60, host, "trinity-k8s/other/app"))).status, refusals[cloud][0]);
      assert.equal((await ask(issue(60), "DELETE")).status, refusals[cloud][0]);
      const tokenPage = cloud === "gcp" ? "/v2/token" : "/oauth2/token";
      const asked = `${tokenPage}?service=${host}&scope=repository:${name}:pull`;
      const login = nodeLogin(pulling, { cloud, cluster: granted.cluster });
      const { expires_in } = JSON.parse((await pulling.client.call(host, asked, { login })).text) as {
        expires_in: number;
      };
      assert.equal(expires_in, 60);
      assert.equal((await pulling.client.call(host, `${asked},push`, { login })).status, refusals[cloud][0]);
      const renewal = await pulling.client.call(host, asked, { authorization: `Bearer ${issue(60)}` });
      assert.equal(renewal.status, refusals[cloud][0], "a token gets no other one");
    });

    test(`${cloud}: the pusher's login gets tokens for all that it does`, async (context) => {
      const granted = await withImage(cloud, context);
      const login = `AWS:${pulling.registries.token}`;
      assert.equal((await pull(pulling, granted, "one", login)).label, cloud);
    });
  }

  test("azure: a login is given for an identity alone, and stands for itself in a form", async (context) => {
    const { host, name, cluster } = await withImage("azure", context);
    const node = { cloud: "azure", cluster, name: "node-0" } as const;
    const post = (page: string, form: Readonly<Record<string, string>>) =>
      pulling.client.call(host, page, {
        method: "POST",
        body: Buffer.from(new URLSearchParams(form).toString()),
        type: "application/x-www-form-urlencoded",
        login: undefined,
      });
    const exchange = async (token: string) => post("/oauth2/exchange", { service: host, access_token: token });
    const { tokens } = pulling.registries;
    const given = await exchange(tokens.issue({ use: "identity", node }, 60));
    assert.equal(given.status, 200);
    for (const wrong of [
      tokens.issue({ use: "login", node }, 60),
      tokens.issue({ use: "identity", node }, 0),
      "x",
      "",
    ]) {
      assert.equal((await exchange(wrong)).status, 401);
    }
    const { refresh_token } = JSON.parse(given.text) as { readonly refresh_token: string };
    const form = { grant_type: "refresh_token", service: host, scope: `repository:${name}:pull` };
    assert.equal((await post("/oauth2/token", { ...form, refresh_token })).status, 200);
    assert.equal((await post("/oauth2/token", { ...form, refresh_token: "x" })).status, 401);
  });

  for (const cloud of cloudNames) {
    test(`${cloud}: crane pulls by a node's login and the grant, and copies by the pusher's`, async (context) => {
      const crane = await findTool("crane");
      if (crane === undefined) {
        context.skip("crane is not there");
        return;
      }
      const granted = await withImage(cloud, context);
      const { host, name } = granted;
      /** Runs crane with a Docker configuration of its own. */
      const run = async (login: string, ...args: readonly string[]): Promise<string> => {
        const config = fs.mkdtempSync(path.join(pulling.root, "docker-"));
        const auths = { [host]: { auth: Buffer.from(login).toString("base64") } };
        fs.writeFileSync(path.join(config, "config.json"), JSON.stringify({ auths }));
        const env = { ...pulling.registries.environment, DOCKER_CONFIG: config };
        return (await promisify(execFile)(crane, [...args], { env, timeout: 30_000 })).stdout.trim();
      };
      const node = nodeLogin(pulling, granted);
      assert.equal((JSON.parse(await run(node, "config", `${host}/${name}:one`)) as { label: string }).label, cloud);
      await assert.rejects(run(node, "copy", `${host}/${name}:one`, `${host}/${name}:two`), /DENIED|UNAUTHORIZED/);
      await granted.revoke();
      const pulled = run(node, "manifest", `${host}/${name}:one`);
      await assert.rejects(pulled, (error: Error) => error.message.includes(refusals[cloud][2]));
      const pusher = `AWS:${pulling.registries.token}`;
      await run(pusher, "copy", `${host}/${name}:one`, `${host}/${name}:two`);
      const digests = ["one", "two"].map((tag) => run(pusher, "digest", `${host}/${name}:${tag}`));
      const [one, two] = await Promise.all(digests);
      assert.equal(two, one);
    });
  }

  test("gcp: wait until a grant is in effect", async (context) => {
    const granted = await withImage("gcp", context);
    const world = new World(granted.folder, "gcp");
    const [grant] = world.list("gcp:artifactregistry/repositoryIamMember:RepositoryIamMember");
    assert.ok(grant);
    world.insert({ ...grant, visibleAt: world.now() + 1e9 });
    assert.deepEqual(await refused(pull(pulling, granted, "one", nodeLogin(pulling, granted))), refusals.gcp);
    world.insert({ ...grant, visibleAt: world.now() });
    world.close();
    assert.equal((await pull(pulling, granted, "one", nodeLogin(pulling, granted))).label, "gcp");
  });

  test("a cloud that was never begun lets no node pull", async () => {
    pulling.use({ cloud: "azure", folder: pulling.root });
    const host = "trinitydevazureacr.azurecr.io";
    const login = nodeLogin(pulling, { cloud: "azure", cluster: "cluster" });
    const page = `/oauth2/token?service=${host}&scope=repository:app:pull`;
    assert.equal((await pulling.client.call(host, page, { login })).status, 401);
  });

  test("the rehearsal's own registry gives every node what it holds, and takes nothing from it", async () => {
    await pulling.client.pushImage(standInHost, "pause", "one", "pause");
    for (const cloud of cloudNames) {
      const login = nodeLogin(pulling, { cloud, cluster: "any" });
      const held = { host: standInHost, name: "pause" } as Granted;
      assert.equal((await pull(pulling, held, "one", login)).label, "pause");
      const call = { method: "POST", login };
      assert.equal((await pulling.client.call(standInHost, "/v2/pause/blobs/uploads/", call)).status, 403);
    }
  });
});
