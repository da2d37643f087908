import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { homePaths } from "../../rehearsal/paths";
import { isRunning, identify } from "../../rehearsal/processes/identity";
import { type Registries, type RepositoryRules, startRegistries } from "../../rehearsal/registry";
import { testTools } from "../support/tools";
import { registryClient } from "./client";

const ecr = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
const artifactRegistry = "us-central1-docker.pkg.dev";
const acr = "trinitydevazureacr.azurecr.io";

async function start(root: string, rules: (host: string, name: string) => RepositoryRules) {
  const { registry: command } = await testTools();
  const home = homePaths(root);
  const { registry: data, config, logs } = home;
  return startRegistries({ root, data, config, logs, command, rules: { repository: rules } });
}

describe("the played registries", () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-registry-"));
  let registries: Registries;
  let client: ReturnType<typeof registryClient>;
  /** Repositories that are deleted while the tests go on. */
  const deleted = new Set<string>();
  const madeAt = new Map<string, number>();

  before(async () => {
    registries = await start(root, (_host, name) => ({
      exists: !name.includes("missing") && !deleted.has(name),
      immutableTags: name.includes("fixed"),
      madeAt: madeAt.get(name),
    }));
    client = registryClient(registries);
  });
  after(async () => {
    client.close();
    await registries.stop();
    fs.rmSync(root, { recursive: true });
  });

  test("take and give images at their own names", async () => {
    const pushed = await client.pushImage(acr, "mandelbrot", "one", "a");
    assert.equal(pushed.status, 201);
    assert.equal(await registries.manifest(`${acr}/mandelbrot:one`), pushed.digest);
    assert.equal(await registries.manifest(`${acr}/mandelbrot@${String(pushed.digest)}`), pushed.digest);
    assert.equal(await registries.manifest(`${acr}/mandelbrot:two`), undefined);
    assert.equal((await client.call(acr, "/v2/mandelbrot/manifests/one", { method: "HEAD" })).digest, pushed.digest);
  });

  test("keep repositories of one name on two hosts apart", async () => {
    await client.pushImage(ecr, "same", "one", "a");
    assert.equal(await registries.manifest(`${artifactRegistry}/same:one`), undefined);
    assert.equal((await client.call(artifactRegistry, "/v2/same/manifests/one")).status, 404);
  });

  for (const [what, login] of [
    ["no", undefined],
    ["a wrong", "AWS:wrong"],
    ["an empty", "AWS:"],
  ] as const) {
    test(`answer ${what} login with 401, whatever is asked for`, async () => {
      for (const page of ["/v2/", "/v2/mandelbrot/manifests/one", "/v2/missing/tags/list"]) {
        const answer = await client.call(acr, page, { login });
        assert.equal(answer.status, 401);
        assert.match(answer.text, /UNAUTHORIZED/);
      }
    });
  }

  for (const host of [ecr, artifactRegistry, acr]) {
    test(`refuse to push to a repository that ${host} does not have`, async () => {
      const answer = await client.pushImage(host, "project/missing/app", "one", "a");
      assert.equal(answer.status, 404);
      assert.match(answer.text, /NAME_UNKNOWN/);
    });
  }

  test("refuse to move an immutable tag; ECR even to set it again", async () => {
    const first = await client.pushImage(ecr, "fixed", "one", "a");
    assert.equal(first.status, 201);
    for (const label of ["a", "b"]) {
      const again = await client.pushImage(ecr, "fixed", "one", label);
      assert.equal(again.status, 400);
      assert.match(again.text, /TAG_INVALID.*The image tag 'one' already exists in the 'fixed' repository/);
    }
    assert.equal(await registries.manifest(`${ecr}/fixed:one`), first.digest);
    assert.equal((await client.pushImage(acr, "fixed", "one", "a")).status, 201);
    assert.equal((await client.pushImage(acr, "fixed", "one", "a")).status, 201);
    assert.equal((await client.pushImage(acr, "fixed", "one", "b")).status, 409);
  });

  test("have lost every image of a repository that was deleted, also when it is made anew", async () => {
    madeAt.set("brief", 1);
    const { digest } = await client.pushImage(ecr, "brief", "one", "a");
    const references = [`${ecr}/brief:one`, `${ecr}/brief@${String(digest)}`];
    const served = () => Promise.all(references.map((reference) => registries.manifest(reference)));
    assert.deepEqual(await served(), [digest, digest]);
    deleted.add("brief");
    assert.deepEqual(await served(), [undefined, undefined]);
    deleted.delete("brief");
    madeAt.set("brief", 2);
    assert.deepEqual(await served(), [undefined, undefined]);
    assert.equal((await client.call(ecr, "/v2/brief/manifests/one")).status, 404);
    assert.equal((await client.call(ecr, "/v2/brief/tags/list")).status, 404);
    assert.equal((await client.pushImage(ecr, "brief", "one", "a")).digest, digest);
    assert.deepEqual(await served(), [digest, digest]);
  });

  test("let a mutable tag move", async () => {
    await client.pushImage(ecr, "free", "one", "a");
    const second = await client.pushImage(ecr, "free", "one", "b");
    assert.equal(await registries.manifest(`${ecr}/free:one`), second.digest);
  });

  test("are the only hosts that the proxy leads to", async () => {
    for (const host of ["registry.npmjs.org", "evil.azurecr.io.example.com", "127.0.0.1"]) {
      await assert.rejects(client.call(host, "/v2/"), /403/);
    }
  });

  test("have no catalogue and no other pages", async () => {
    assert.equal((await client.call(acr, "/v2/_catalog")).status, 404);
    assert.equal((await client.call(acr, "/metrics")).status, 404);
    assert.equal((await client.call(acr, "/v2/../../etc/passwd")).status, 404);
  });

  test("go away in the middle of a push, and come back", async () => {
    registries.outage.begin({ host: acr, afterBytes: 100_000 });
    await assert.rejects(client.pushBlob(acr, "mandelbrot", Buffer.alloc(5_000_000, "a")));
    await assert.rejects(client.call(acr, "/v2/"));
    assert.equal((await client.call(ecr, "/v2/")).status, 200, "the others stay");
    registries.outage.end();
    assert.equal((await client.pushBlob(acr, "mandelbrot", Buffer.alloc(5_000_000, "a"))).status, 201);
  });

  test("take 100 MB in a few seconds", async () => {
    const begin = performance.now();
    assert.equal((await client.pushBlob(ecr, "large", Buffer.alloc(100_000_000, "x"))).status, 201);
    assert.ok(performance.now() - begin < 10_000);
  });

  test("keep the login to this user", () => {
    registries.login(ecr, acr);
    const file = path.join(registries.environment.DOCKER_CONFIG, "config.json");
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
    const { auths } = JSON.parse(fs.readFileSync(file, "utf8")) as { auths: Record<string, { auth: string }> };
    assert.deepEqual(Object.keys(auths), ["registry.rehearsal.internal", ecr, acr]);
    assert.equal(Buffer.from(auths[ecr]?.auth ?? "", "base64").toString(), `AWS:${registries.token}`);
  });

  test("are one run's alone", async () => {
    await assert.rejects(
      start(root, () => ({ exists: true, immutableTags: false })),
      /Another run \(process \d+\) uses .*registry is process \d+.*TRINITY_HOME/s,
    );
    assert.equal((await client.call(acr, "/v2/")).status, 200);
  });
});

test("a registry that a killed run left behind is ended, and what was pushed is there", async () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-registry-"));
  const { registry: command } = await testTools();
  const script = `
    const { startRegistries } = require(${JSON.stringify(path.resolve(__dirname, "../../rehearsal/registry/index.ts"))});
    const [root, command] = process.argv.slice(1);
    startRegistries({ root, command, data: root + "/registry", config: root + "/config", logs: root + "/logs",
      rules: { repository: () => ({ exists: true, immutableTags: false }) } }).then(() => console.log("ready"));
    setInterval(() => undefined, 1000);`;
  const killed = spawn(process.execPath, ["--import", "tsx", "--eval", script, root, command], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(killed.stdout, "data");
  const record = JSON.parse(fs.readFileSync(path.join(root, "registry/process.json"), "utf8")) as {
    process: { pid: number; started: string };
  };
  killed.kill("SIGKILL");
  await once(killed, "exit");
  assert.ok(isRunning(record.process), "left behind");
  const registries = await start(root, () => ({ exists: true, immutableTags: false }));
  assert.ok(!isRunning(record.process));
  const { pid } = (JSON.parse(fs.readFileSync(path.join(root, "registry/process.json"), "utf8")) as typeof record)
    .process;
  await registries.stop();
  assert.equal(identify(pid), undefined);
  await registries.stop();
  fs.rmSync(root, { recursive: true });
});

test("a registry that cannot start says why", async () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-registry-"));
  const home = homePaths(root);
  const { registry: data, config, logs } = home;
  const options = { root, data, config, logs, rules: { repository: () => ({ exists: true, immutableTags: false }) } };
  await assert.rejects(
    startRegistries({ ...options, command: "/bin/false" }),
    /registry ended at once with exit code 1/,
  );
  await assert.rejects(startRegistries({ ...options, command: "/nowhere" }), /registry cannot be started: \/nowhere/);
  fs.rmSync(root, { recursive: true });
});
