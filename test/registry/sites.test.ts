import assert from "node:assert/strict";
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import type * as http from "node:http";
import * as https from "node:https";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { homePaths } from "../../rehearsal/paths";
import { startRegistries } from "../../rehearsal/registry";
import { ensureTools } from "../../rehearsal/tools/index";
import { temporaryFolder } from "../support/simulation";

async function startWith(context: TestContext, listener: http.RequestListener) {
  const root = temporaryFolder(context);
  const { registry } = await ensureTools(["registry"], { ways: ["path"] });
  const { registry: data, config, logs } = homePaths(root);
  const rules = { repository: () => ({ exists: true, immutableTags: false }) };
  const sites = { "github.com": listener };
  const registries = await startRegistries({ root, data, config, logs, command: registry.path, rules, sites });
  context.after(() => registries.stop());
  const agent = new https.Agent({ proxyEnv: { HTTPS_PROXY: registries.environment.HTTPS_PROXY } });
  context.after(() => {
    agent.destroy();
  });
  const ca = fs.readFileSync(registries.environment.SSL_CERT_FILE, "utf8");
  return { root, environment: registries.environment, options: { agent, ca } };
}

test("a played site streams both ways, and registries stay what they are", async (context) => {
  const { options } = await startWith(context, (request, response) => {
    request.pipe(response);
  });
  const request = https.request("https://github.com/echo", { ...options, method: "POST" });
  request.write("first");
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  const [first] = (await once(response, "data")) as [Buffer];
  assert.equal(first.toString(), "first", "before the request has ended");
  request.end("second");
  const [second] = (await once(response, "data")) as [Buffer];
  assert.equal(second.toString(), "second");
  const to = { ...options, servername: "trinitydevazureacr.azurecr.io", headers: { host: "github.com" } };
  const registry = https.get("https://trinitydevazureacr.azurecr.io/v2/", to);
  const [answer] = (await once(registry, "response")) as [http.IncomingMessage];
  answer.resume();
  assert.equal(answer.statusCode, 421, "no Host header leads from a registry to the site");
  const other = once(https.get("https://api.github.com/", options), "response");
  await assert.rejects(other, /403/);
});

test("Git clones from a played site", async (context) => {
  const folder = temporaryFolder(context);
  const git = (...args: readonly string[]) => execFileSync("git", ["-C", folder, ...args], { stdio: "pipe" });
  git("init", "--quiet", "--initial-branch", "main");
  fs.writeFileSync(path.join(folder, "file"), "contents");
  git("add", "file");
  git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "one");
  // Git's smart protocol, version 0: gitprotocol-http.
  const { root, environment } = await startWith(context, (request, response) => {
    const isAdvertisement = request.method === "GET";
    const kind = isAdvertisement ? "advertisement" : "result";
    response.writeHead(200, { "content-type": `application/x-git-upload-pack-${kind}` });
    if (isAdvertisement) {
      response.write("001e# service=git-upload-pack\n0000");
    }
    const args = ["upload-pack", "--stateless-rpc", ...(isAdvertisement ? ["--advertise-refs"] : []), folder];
    const child = spawn("git", args, { stdio: ["pipe", "pipe", "inherit"] });
    request.pipe(child.stdin);
    child.stdout.pipe(response);
  });
  const clone = path.join(root, "clone");
  const env = { PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: "1", ...environment };
  const args = ["-c", "protocol.version=0", "clone", "--quiet", "https://github.com/owner/repository.git", clone];
  await promisify(execFile)("git", args, { env, timeout: 30_000 });
  assert.equal(fs.readFileSync(path.join(clone, "file"), "utf8"), "contents");
});
