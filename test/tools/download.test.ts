import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import type { RequestListener } from "node:http";
import test, { type TestContext } from "node:test";
import { ensureTools } from "../../rehearsal/tools/index";
import { kustomizeArchive, type Machine, machine, serving, sha256, site, tableAt } from "./support";

/** Gets kustomize by download alone from a site with these manners. */
async function download(
  t: TestContext,
  listener: RequestListener,
): Promise<{ machine: Machine; done: Promise<unknown> }> {
  const own = await machine(t);
  const table = tableAt(await site(t, listener));
  return { machine: own, done: ensureTools(["kustomize"], { ...own, table, ways: ["download"] }) };
}

async function refuses(t: TestContext, listener: RequestListener, reason: RegExp): Promise<void> {
  const { machine: own, done } = await download(t, listener);
  await assert.rejects(done, reason);
  assert.deepEqual(await readdir(own.shared.toolsBin).catch(() => []), [], "a refused download left a tool");
  assert.deepEqual(await readdir(own.shared.toolsTemporary).catch(() => []), [], "a refused download left a file");
}

test("refuses a file whose checksum is not the published one", async (t) => {
  const archive = await kustomizeArchive(t, "5.7.1");
  const checksums = `${sha256(Buffer.from("other"))}  kustomize.tar.gz\n`;
  const reason = /its SHA-256 is [0-9a-f]{64}, but its publisher says [0-9a-f]{64}; it was thrown away/;
  await refuses(t, serving({ "/kustomize.tar.gz": archive, "/checksums.txt": checksums }), reason);
});

test("refuses a file without published checksums", async (t) => {
  const archive = await kustomizeArchive(t, "5.7.1");
  await refuses(t, serving({ "/kustomize.tar.gz": archive }), /checksums\.txt: it answered 404/);
  const others = { "/kustomize.tar.gz": archive, "/checksums.txt": `${sha256(archive)}  other.tar.gz\n` };
  await refuses(t, serving(others), /no SHA-256 for kustomize\.tar\.gz/);
});

test("refuses a truncated file, whether or not the site said how long it would be", async (t) => {
  const archive = await kustomizeArchive(t, "5.7.1");
  const half = archive.subarray(0, archive.length / 2);
  const checksums = `${sha256(archive)}  kustomize.tar.gz\n`;
  const announced: RequestListener = (request, response) => {
    if (request.url === "/checksums.txt") return void response.end(checksums);
    response.writeHead(200, { "content-length": archive.length });
    response.write(half, () => response.destroy());
  };
  await refuses(t, announced, /kustomize\.tar\.gz: (?:other side closed|terminated)/);
  await refuses(t, serving({ "/kustomize.tar.gz": half, "/checksums.txt": checksums }), /its SHA-256 is/);
});

test("refuses what does not run here, and what is too old", async (t) => {
  const old = await kustomizeArchive(t, "4.0.0");
  const files = { "/kustomize.tar.gz": old, "/checksums.txt": `${sha256(old)}  kustomize.tar.gz\n` };
  await refuses(t, serving(files), /the kustomize that came is 4\.0\.0, older than 5\.0\.0/);
});

test("refuses an archive without the tool in it", async (t) => {
  const wrong = Buffer.from("no archive");
  const files = { "/kustomize.tar.gz": wrong, "/checksums.txt": `${sha256(wrong)}  kustomize.tar.gz\n` };
  await refuses(t, serving(files), /tar finds no kustomize in the archive/);
});

test("follows no redirect away from TLS", async (t) => {
  const plain = await site(t, serving({}));
  const elsewhere = plain.replace("127.0.0.1", "localhost");
  await refuses(
    t,
    (_request, response) => void response.writeHead(302, { location: `${elsewhere}/checksums.txt` }).end(),
    /it led to http:\/\/localhost:\d+\/checksums\.txt, which is not an https address/,
  );
});

test("a site that never answers is given up after about four seconds, for all tools at once", async (t) => {
  const { shared, env } = await machine(t);
  const table = tableAt(await site(t, () => undefined));
  const silent = (name: "buildkitd" | "registry") => ({ ...table[name], download: table.kustomize.download });
  const everywhere = { ...table, buildkitd: silent("buildkitd"), registry: silent("registry") };
  const started = performance.now();
  const names = ["kustomize", "buildkitd", "registry"] as const;
  const getting = ensureTools(names, { shared, env, table: everywhere, ways: ["download"], platform: "linux-x64" });
  await assert.rejects(getting, /checksums\.txt: no answer for 4 s/);
  assert.ok(performance.now() - started < 6_000);
});
