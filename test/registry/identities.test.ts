import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { homePaths } from "../../rehearsal/paths";
import { type Registries, startRegistries, standInHost } from "../../rehearsal/registry";
import { testTools } from "../support/tools";
import { registryClient } from "./client";

/** Each cloud's registry, and the user name of the logins that the cloud's own command gives. */
const places = [
  ["123456789012.dkr.ecr.us-east-1.amazonaws.com", "AWS", /not authorized to perform: ecr:/],
  ["us-central1-docker.pkg.dev", "oauth2accesstoken", /artifactregistry.repositories.uploadArtifacts/],
  ["trinitydevazureacr.azurecr.io", "00000000-0000-0000-0000-000000000000", /authentication required/],
] as const;

describe("the played registries, to identities of clouds", () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-registry-"));
  let registries: Registries;
  let client: ReturnType<typeof registryClient>;

  before(async () => {
    const { registry: data, config, logs } = homePaths(root);
    registries = await startRegistries({
      root,
      data,
      config,
      logs,
      command: (await testTools()).registry,
      rules: {
        repository: () => ({ exists: true, immutableTags: false }),
        identityOf: (cloud, password) =>
          password.endsWith(`of-${cloud}`) ? { identity: password, endsAt: Infinity } : undefined,
        mayAct: ({ identity }, action) => Promise.resolve(action === "pull" || identity.startsWith("pusher")),
      },
    });
    client = registryClient(registries);
  });
  after(async () => {
    client.close();
    await registries.stop();
    fs.rmSync(root, { recursive: true });
  });

  for (const [index, cloud] of (["aws", "gcp", "azure"] as const).entries()) {
    const [host, user, words] = places[index] ?? places[0];
    const upload = "/v2/project/shop/app/blobs/uploads/";
    const page = "/v2/project/shop/app/tags/list";

    test(`${cloud}: who may push pushes, who may not is told so, in the cloud's words`, async () => {
      const login = `${user}:pusher-of-${cloud}`;
      assert.equal((await client.call(host, upload, { method: "POST", login })).status, 202);
      const reader = await client.call(host, upload, { method: "POST", login: `${user}:reader-of-${cloud}` });
      assert.ok([401, 403].includes(reader.status));
      assert.match(reader.text, words);
      assert.equal(
        (await client.call(host, page, { login: `${user}:reader-of-${cloud}` })).status,
        404,
        "nothing is there",
      );
    });

    test(`${cloud}: a password of another cloud, or with another user's name, is nobody's`, async () => {
      for (const login of [`${user}:pusher-of-${cloud === "aws" ? "gcp" : "aws"}`, `other:pusher-of-${cloud}`]) {
        assert.equal((await client.call(host, "/v2/", { login })).status, 401, login);
      }
    });
  }

  for (const [host, user, , service] of [
    [...places[1], "/v2/token"],
    [...places[2], "/oauth2/token"],
  ] as const) {
    test(`${host}: a token is given for what the identity may do`, async () => {
      const cloud = host === places[1][0] ? "gcp" : "azure";
      const asked = `${service}?service=${host}&scope=repository:project/shop/app:pull,push`;
      const given = await client.call(host, asked, { login: `${user}:pusher-of-${cloud}` });
      const { token, access_token: other } = JSON.parse(given.text) as { token?: string; access_token?: string };
      const authorization = `Bearer ${token ?? other ?? ""}`;
      const upload = await client.call(host, "/v2/project/shop/app/blobs/uploads/", { method: "POST", authorization });
      assert.equal(upload.status, 202);
      const refused = await client.call(host, asked, { login: `${user}:reader-of-${cloud}` });
      assert.ok([401, 403].includes(refused.status), refused.text);
    });
  }

  test("base images are everybody's to pull, and nobody's to push", async () => {
    const anonymous = { login: undefined };
    assert.equal((await client.call(standInHost, "/v2/base/tags/list", anonymous)).status, 404, "nothing is there");
    const push = await client.call(standInHost, "/v2/base/blobs/uploads/", { method: "POST", ...anonymous });
    assert.equal(push.status, 403);
  });
});
