import assert from "node:assert/strict";
import { readdir, readFile, rm, utimes } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { ensureTools, type ToolProgress, ToolsError } from "../../rehearsal/tools/index";
import {
  countBuilds,
  fakeKustomize,
  kustomizeArchive,
  machine,
  nowhere,
  putExecutable,
  putFakeGo,
  serving,
  sha256,
  site,
  tableAt,
} from "./support";

test("1st PATH: neither the site nor Go is asked, and the next call does not even ask for the version", async (t) => {
  const { shared, bin, env } = await machine(t);
  const file = await putExecutable(bin, "kustomize", `${fakeKustomize("5.9.0")}echo >> "${bin}/asked"\n`);
  await putFakeGo(bin, { version: "5.7.1" });
  const options = { shared, env, table: tableAt(nowhere) };
  const expected = { path: file, version: "5.9.0", source: "path" };
  assert.deepEqual((await ensureTools(["kustomize"], options)).kustomize, expected);
  assert.deepEqual((await ensureTools(["kustomize"], options)).kustomize, expected);
  assert.equal(await countBuilds(bin), 0);
  assert.ok((await readdir(bin)).includes("asked"));
});

test("PATH is looked at again when another version comes before the known one", async (t) => {
  const { shared, bin, env } = await machine(t);
  await putExecutable(bin, "kustomize", fakeKustomize("5.9.0"));
  const table = tableAt(nowhere);
  await ensureTools(["kustomize"], { shared, env, table });
  const other = await putExecutable(path.join(bin, "first"), "kustomize", fakeKustomize("5.8.0"));
  const changed = { ...env, PATH: `${path.dirname(other)}:${env.PATH}` };
  const { kustomize } = await ensureTools(["kustomize"], { shared, env: changed, table });
  assert.deepEqual(kustomize, { path: other, version: "5.8.0", source: "path" });
});

test("2nd the download, when PATH has an old one; then it is kept", async (t) => {
  const { shared, bin, env } = await machine(t);
  await putExecutable(bin, "kustomize", fakeKustomize("4.0.0"));
  await putFakeGo(bin, { version: "5.7.1" });
  const archive = await kustomizeArchive(t, "5.7.1");
  const files = { "/kustomize.tar.gz": archive, "/checksums.txt": `${sha256(archive)}  kustomize.tar.gz\n` };
  const table = tableAt(await site(t, serving(files)));
  const progress: ToolProgress[] = [];
  const first = await ensureTools(["kustomize"], { shared, env, table, onProgress: (step) => progress.push(step) });
  const file = path.join(shared.toolsBin, "kustomize");
  assert.deepEqual(first.kustomize, { path: file, version: "5.7.1", source: "download" });
  assert.deepEqual(progress.at(-1)?.phase, "ready");
  const second = await ensureTools(["kustomize"], { shared, env, table: tableAt(nowhere) });
  assert.deepEqual(second.kustomize, { path: file, version: "5.7.1", source: "cached" });
  assert.equal(await countBuilds(bin), 0);
  assert.deepEqual(await readdir(shared.toolsBin), ["kustomize"]);
});

test("3rd the build, when no site is reached; its caches are thrown away", async (t) => {
  const { shared, bin, env } = await machine(t);
  await putFakeGo(bin, { version: "5.7.1" });
  const progress: ToolProgress[] = [];
  const options = { shared, env, table: tableAt(nowhere), onProgress: (step: ToolProgress) => progress.push(step) };
  const first = await ensureTools(["kustomize"], options);
  assert.equal(first.kustomize.source, "build");
  assert.deepEqual(
    progress.map(({ phase }) => phase),
    ["fetching modules", "compiling", "ready"],
  );
  assert.match(progress[1]?.message ?? "", /compiling: 1 of 2 Go packages \(50 %\)/);
  assert.equal((await ensureTools(["kustomize"], options)).kustomize.source, "cached");
  assert.equal(await countBuilds(bin), 1);
  assert.deepEqual(await readdir(path.dirname(shared.goCache)), []);
});

test("Go writes nothing in the user's home, not even when it is only asked for its version", async (t) => {
  const { shared, bin, env } = await machine(t);
  await putFakeGo(bin, { version: "5.7.1" });
  await ensureTools(["kustomize"], { shared, env, table: tableAt(nowhere) });
  const runs = (await readFile(path.join(bin, "configuration.log"), "utf8")).trim().split("\n");
  const folder = path.join(shared.goCache, "config");
  assert.deepEqual(new Set(runs), new Set([`version ${folder}`, `list ${folder}`, `build ${folder}`]));
});

test("a kept tool that was changed or lost is had again", async (t) => {
  const { shared, bin, env } = await machine(t);
  await putFakeGo(bin, { version: "5.7.1" });
  const options = { shared, env, table: tableAt(nowhere) };
  const { kustomize } = await ensureTools(["kustomize"], options);
  await utimes(kustomize.path, 1, 1);
  assert.equal((await ensureTools(["kustomize"], options)).kustomize.source, "build");
  await rm(kustomize.path);
  assert.equal((await ensureTools(["kustomize"], options)).kustomize.source, "build");
});

test("a kept build is built again when what it is made of changes", async (t) => {
  const { shared, bin, env } = await machine(t);
  await putFakeGo(bin, { version: "5.7.1" });
  const table = tableAt(nowhere);
  await ensureTools(["kustomize"], { shared, env, table });
  const build = { ...table.kustomize.build, tags: ["other"] };
  const changed = { ...table, kustomize: { ...table.kustomize, build } };
  const { kustomize } = await ensureTools(["kustomize"], { shared, env, table: changed });
  assert.equal(kustomize.source, "build");
});

test("a kept tool that is older than a raised minimum is had again", async (t) => {
  const { shared, bin, env } = await machine(t);
  await putFakeGo(bin, { version: "5.7.1" });
  const table = tableAt(nowhere);
  await ensureTools(["kustomize"], { shared, env, table });
  await putFakeGo(bin, { version: "5.8.0" });
  const raised = { ...table, kustomize: { ...table.kustomize, minimum: "5.8.0" } };
  const { kustomize } = await ensureTools(["kustomize"], { shared, env, table: raised });
  assert.deepEqual([kustomize.version, kustomize.source], ["5.8.0", "build"]);
});

test("the error names the tool, its use, every way and its failure, and what to do", async (t) => {
  const { shared, env } = await machine(t);
  await assert.rejects(ensureTools(["kustomize"], { shared, env, table: tableAt(nowhere) }), (error) => {
    assert.ok(error instanceof ToolsError);
    assert.deepEqual(error.tools, ["kustomize"]);
    assert.match(
      error.message,
      /^kustomize 5\.0\.0 or later is needed to render the overlays, and could not be had:$/m,
    );
    assert.match(error.message, /- there is no kustomize on PATH$/m);
    assert.match(error.message, /- the download failed: http:\/\/127\.0\.0\.1:9\/checksums\.txt: \S+/);
    assert.match(error.message, /- the build failed: building kustomize needs Go 1\.\d+.*there is no go on PATH$/m);
    assert.match(error.message, /^Put kustomize on PATH, or install Go from your system's packages/m);
    return true;
  });
});

test("a Go that is too old is named", async (t) => {
  const { shared, bin, env } = await machine(t);
  await putFakeGo(bin, { version: "5.7.1", go: "1.19.8" });
  const getting = ensureTools(["kustomize"], { shared, env, table: tableAt(nowhere) });
  await assert.rejects(
    getting,
    /needs Go 1\.\d+\S* \(Go 1\.21\.0 or later fetches that itself\), and \S+\/go is 1\.19\.8/,
  );
});

test("runc without a C compiler names both", async (t) => {
  const { shared, bin, env } = await machine(t);
  await putFakeGo(bin, { version: "5.7.1" });
  const getting = ensureTools(["runc"], { shared, env, ways: ["path", "build"], platform: "linux-x64" });
  await assert.rejects(getting, /building runc needs a C compiler, and there is no gcc, clang, cc on PATH/);
});

test("a tool that does not run on this machine is not tried", async (t) => {
  const { shared, env } = await machine(t);
  const getting = ensureTools(["buildkitd"], { shared, env, platform: "darwin-arm64" });
  await assert.rejects(getting, /buildkitd .* it runs on linux-x64, linux-arm64, and this machine is darwin-arm64/);
});
