import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, afterEach, test } from "node:test";
import type { ClusterError } from "../../../delivery/rollout/cluster";
import { Cluster } from "../../../delivery/rollout/cluster";
import { readKubeconfig } from "../../../delivery/rollout/kubeconfig";
import { shortenWaits } from "../../support/waits";
import { type ApiServer, startApiServer } from "./api-server";

/** The client of a cluster, on a simulated API server. */

shortenWaits();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-test-"));
const started: ApiServer[] = [];

afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
});

after(() => {
  fs.rmSync(folder, { recursive: true });
});

async function start(user?: object): Promise<ApiServer> {
  const server = await startApiServer("gcp", user);
  started.push(server);
  server.put("/apis/argoproj.io/v1alpha1/namespaces/test/rollouts/one", { spec: { a: 1 } });
  return server;
}

function open({ kubeconfig }: ApiServer, signal = new AbortController().signal): Cluster {
  return new Cluster("gcp", "the test", kubeconfig, signal);
}

const one = "/apis/argoproj.io/v1alpha1/namespaces/test/rollouts/one";

const faults = [
  ["its token is refused", 401, "login", /gcp: cluster trinity-dev-gcp \(https:.*\), GET .*: 401 .* Log in/],
  ["it may not do this", 403, "forbidden", /403 .* Ask the cluster's administrators/],
  ["the server fails", 500, "unreachable", /500 .* Is the cluster up/],
  ["the connection breaks", "reset", "unreachable", /Is the cluster up/],
] as const;

for (const [name, fault, kind, message] of faults) {
  test(`an error when ${name}`, async () => {
    const server = await start();
    server.fail(fault);
    await assert.rejects(open(server).get(one), (error: ClusterError) => {
      assert.equal(error.kind, kind);
      assert.match(error.message, message);
      return true;
    });
  });
}

for (const page of ["<html>Welcome</html>", "null", "{}", "[]", "7", ""]) {
  test(`${JSON.stringify(page)} is no answer of a Kubernetes API, and what has the address is named`, async () => {
    const server = await start();
    server.fail({ page });
    await assert.rejects(open(server).get(one), (error: ClusterError) => {
      assert.equal(error.kind, "unreachable");
      assert.match(error.message, /^gcp: cluster trinity-dev-gcp \(https:.*\), GET .*: no answer of a Kubernetes API/);
      return true;
    });
  });
}

for (const fault of [429, 503, "reset"] as const) {
  test(`tried again: ${fault}, twice`, async () => {
    const server = await start();
    server.fail(fault, "", 2);
    assert.ok(await open(server).get(one));
  });
}

test("a server that does not answer is given up after 10 s", async (context) => {
  const limit = new AbortController();
  const timeout = context.mock.method(AbortSignal, "timeout", () => limit.signal);
  const server = await start();
  server.fail("hang");
  const answer = open(server).get(one);
  setTimeout(() => {
    limit.abort();
  }, 100);
  await assert.rejects(answer, /no answer within 10 s/);
  assert.deepEqual(timeout.mock.calls[0]?.arguments, [10_000]);
});

test("an abort ends a request at once", async () => {
  const server = await start();
  server.fail("hang");
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort(new Error("enough"));
  }, 100);
  await assert.rejects(open(server, controller.signal).get(one), /enough/);
});

test("an object that is not there is none; a kind that is not there is an error", async () => {
  const server = await start();
  assert.equal(await open(server).find("/apis/argoproj.io/v1alpha1/namespaces/test/rollouts/two"), undefined);
  await assert.rejects(open(server).find("/apis/argoproj.io/v1/namespaces/test/rollouts/one"), { kind: "missing" });
});

test("a conflict is an error of its own", async () => {
  const server = await start();
  await assert.rejects(open(server).patch(one, { metadata: { resourceVersion: "1" } }), { kind: "conflict" });
});

/** A command that prints a credential, and notes each run in a file. */
function command(name: string, script: string) {
  const file = path.join(folder, name);
  fs.writeFileSync(file, `#!/bin/sh\necho run >> ${file}.log\n${script}\n`, { mode: 0o755 });
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: file,
    args: ["get-token"],
    env: [{ name: "WHO", value: "test-token" }],
    provideClusterInfo: true,
    installHint: "Install it.",
  };
  return { user: { exec }, runs: () => fs.readFileSync(`${file}.log`, "utf8").split("\n").length - 1 };
}

const print = (token: string, more = "") => `printf '{"status":{"token":"%s"${more}}}' "${token}"`;

test("a command gives the token; it is run once, and told the cluster", async () => {
  const seen = path.join(folder, "seen");
  const { user, runs } = command("once", `printf '%s' "$KUBERNETES_EXEC_INFO" > ${seen}\n${print("$WHO")}`);
  const server = await start(user);
  const cluster = open(server);
  await cluster.get(one);
  await cluster.get(one);
  assert.equal(runs(), 1);
  const about = JSON.parse(fs.readFileSync(seen, "utf8")) as { spec: { interactive: boolean; cluster: object } };
  assert.equal(about.spec.interactive, false);
  assert.deepEqual(Object.keys(about.spec.cluster), ["server", "certificate-authority-data"]);
});

test("a token that has run out, or is refused, is asked for anew", async () => {
  const expired = command("expired", print("test-token", `,"expirationTimestamp":"2020-01-01T00:00:00Z"`));
  const cluster = open(await start(expired.user));
  await cluster.get(one);
  await cluster.get(one);
  assert.equal(expired.runs(), 2);
  const refused = command("refused", print("test-token"));
  const server = await start(refused.user);
  server.fail(401, "", 1);
  await open(server).get(one);
  assert.equal(refused.runs(), 2);
});

const commands = [
  ["fails", "echo 'log in first' >&2; exit 3", /it ended with 3: log in first\nInstall it\./],
  ["prints something else", "echo a-secret", /no ExecCredential\nInstall it\./],
] as const;

for (const [name, script, message] of commands) {
  test(`a command that ${name}`, async () => {
    const server = await start(command(name.replaceAll(" ", "-"), script).user);
    await assert.rejects(open(server).get(one), (error: ClusterError) => {
      assert.equal(error.kind, "login");
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /a-secret/);
      return true;
    });
  });
}

test("a command that is not installed", async () => {
  const exec = { apiVersion: "v1beta1", command: "no-such-command", installHint: "Install it." };
  const server = await start({ exec });
  await assert.rejects(open(server).get(one), /no-such-command cannot be started.*\nInstall it\./s);
});

const kubeconfigs = [
  ["no YAML", "a: b: [secret", /the test is no valid YAML \(13 characters\)\.$/],
  ["nothing", "", /no kubeconfig as the platform's stacks make it/],
  ["a user without a login", { user: {} }, /user "u" has neither exec, nor token/],
  ["http", { cluster: { server: "http://x" } }, /https:\/\/ address/],
  ["no certificate authority", { cluster: { "certificate-authority-data": undefined } }, /certificate-authority-data/],
  ["a context that is not there", { current: "other" }, /contexts has no "other"/],
] as const;

for (const [name, given, message] of kubeconfigs) {
  test(`a kubeconfig with ${name}`, () => {
    const text = typeof given === "string" ? given : kubeconfig(given);
    assert.throws(() => readKubeconfig("the test", text), message);
  });
}

test("a client certificate is a login", () => {
  const encoded = Buffer.from("pem").toString("base64");
  const user = { "client-certificate-data": encoded, "client-key-data": encoded };
  const { login } = readKubeconfig("the test", kubeconfig({ user }));
  assert.deepEqual(login, { token: undefined, certificate: "pem", key: "pem" });
});

function kubeconfig({ current = "c", user = { token: "t" } as object, cluster = {} }): string {
  const full = { server: "https://x", "certificate-authority-data": "eA==", ...cluster };
  return JSON.stringify({
    "current-context": current,
    contexts: [{ name: "c", context: { cluster: "k", user: "u" } }],
    clusters: [{ name: "k", cluster: full }],
    users: [{ name: "u", user }],
  });
}
