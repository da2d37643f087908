import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { cloudNames, type CloudName } from "../../../infra/clouds";
import { writeNodeCredentials } from "../../../rehearsal/clusters/pull";
import { clouds, type Granted, pull, type Pulling, startPulling } from "./support";

interface ProviderConfig {
  readonly providers: readonly [
    {
      readonly name: string;
      readonly matchImages: readonly string[];
      readonly env: readonly { readonly name: string; readonly value: string }[];
    },
  ];
}

interface Response {
  readonly kind: string;
  readonly cacheKeyType: string;
  readonly cacheDuration: string;
  readonly auth: Readonly<Record<string, { readonly username: string; readonly password: string }>>;
}

const names = { aws: "ecr-credential-provider", gcp: "auth-provider-gcp", azure: "acr-credential-provider" } as const;
const users = { aws: "AWS", gcp: "_token", azure: "00000000-0000-0000-0000-000000000000" } as const;

/** Why a node gets no login when its grant is taken away; Google Cloud gives one that lets it do nothing. */
const failures = {
  aws: /AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role\/nodes\/node-0 is not .* ecr:GetAuthorizationToken on resource: \*/,
  azure: /ACR token exchange endpoint returned error status: 401\. body: .*aka\.ms\/acr\/authorization/,
} as const;

describe("a node's credential provider", () => {
  let pulling: Pulling;
  before(async () => {
    pulling = await startPulling();
  });
  after(() => pulling.stop());

  async function node(cloud: CloudName, context: TestContext) {
    const granted = await clouds[cloud](context);
    pulling.use(granted);
    const { status } = await pulling.client.pushImage(granted.host, granted.name, "one", cloud);
    assert.equal(status, 201);
    const folder = path.join(pulling.root, cloud);
    const write = () =>
      writeNodeCredentials({
        folder,
        node: { cloud, cluster: granted.cluster, name: "node-0" },
        identity: pulling.identity,
        environment: pulling.registries.environment,
      });
    return { granted, folder, write, files: write() };
  }

  /** Runs the provider as a kubelet does: by its configuration, with the request on standard input. */
  function run({ config, bin }: { config: string; bin: string }, image: string): Promise<Response> {
    const [provider] = (JSON.parse(fs.readFileSync(config, "utf8")) as ProviderConfig).providers;
    const env = Object.fromEntries(provider.env.map(({ name, value }) => [name, value]));
    return new Promise((resolve, reject) => {
      const child = execFile(path.join(bin, provider.name), { env, timeout: 20_000 }, (error, stdout) => {
        if (error === null) {
          resolve(JSON.parse(stdout) as Response);
        } else {
          reject(new Error(error.message, { cause: error }));
        }
      });
      const apiVersion = "credentialprovider.kubelet.k8s.io/v1";
      child.stdin?.end(JSON.stringify({ apiVersion, kind: "CredentialProviderRequest", image }));
    });
  }

  const imageOf = ({ host, name }: Granted) => `${host}/${name}:one@sha256:${"0".repeat(64)}`;

  for (const cloud of cloudNames) {
    test(`${cloud}: gives a login that pulls, under its real name`, async (context) => {
      const { granted, files, folder } = await node(cloud, context);
      const { auth, ...response } = await run(files, imageOf(granted));
      assert.deepEqual(response, {
        apiVersion: "credentialprovider.kubelet.k8s.io/v1",
        kind: "CredentialProviderResponse",
        cacheKeyType: "Registry",
        cacheDuration: "1m0s",
      });
      const login = auth[granted.host];
      assert.equal(login?.username, users[cloud]);
      assert.equal((await pull(pulling, granted, "one", `${login.username}:${login.password}`)).label, cloud);
      assert.deepEqual(fs.readdirSync(files.bin), [names[cloud]]);
      assert.equal(fs.statSync(path.join(folder, "secret")).mode & 0o777, 0o600);
      const [provider] = (JSON.parse(fs.readFileSync(files.config, "utf8")) as ProviderConfig).providers;
      assert.ok(provider.matchImages.some((pattern) => matches(pattern, granted.host)));
    });

    test(`${cloud}: fails for a secret that no node has, and for one that was replaced`, async (context) => {
      const { granted, write, files, folder } = await node(cloud, context);
      const old = fs.readFileSync(path.join(folder, "secret"), "utf8");
      write();
      for (const secret of [old, "guessed"]) {
        fs.writeFileSync(path.join(folder, "secret"), secret);
        await assert.rejects(run(files, imageOf(granted)), /gave no login .*: 401 .*no node has this secret/);
      }
    });
  }

  for (const cloud of ["aws", "azure"] as const) {
    test(`${cloud}: fails without the grant, and says why`, async (context) => {
      const { granted, files } = await node(cloud, context);
      await granted.revoke();
      await assert.rejects(run(files, imageOf(granted)), failures[cloud]);
      await granted.grant();
      await run(files, imageOf(granted));
    });
  }

  test("gives logins to the rehearsal's own registry too", async (context) => {
    const { files } = await node("azure", context);
    await pulling.client.pushImage("registry.rehearsal.internal", "pause", "one", "pause");
    const { auth } = await run(files, "registry.rehearsal.internal/pause:one");
    const login = auth["registry.rehearsal.internal"];
    const held = { host: "registry.rehearsal.internal", name: "pause" } as Granted;
    assert.equal(
      (await pull(pulling, held, "one", `${String(login?.username)}:${String(login?.password)}`)).label,
      "pause",
    );
  });

  test("refuses a request of another version", async (context) => {
    const { files } = await node("gcp", context);
    const child = new Promise((resolve) => {
      const { stdin } = execFile(path.join(files.bin, names.gcp), { env: {} }, (error, _stdout, stderr) => {
        resolve([error?.code, stderr]);
      });
      stdin?.end(JSON.stringify({ apiVersion: "v2", kind: "CredentialProviderRequest", image: "a" }));
    });
    assert.deepEqual(await child, [
      1,
      "auth-provider-gcp: a CredentialProviderRequest of credentialprovider.kubelet.k8s.io/v1 is wanted, not " +
        "CredentialProviderRequest of v2\n",
    ]);
  });
});

/** As a kubelet matches them: part by part. */
function matches(pattern: string, host: string): boolean {
  const parts = host.split(".");
  const patterns = pattern.split(".");
  return (
    parts.length === patterns.length && patterns.every((part, index) => path.matchesGlob(parts[index] ?? "", part))
  );
}
