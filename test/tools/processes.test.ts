import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureTools, type Tool } from "../../rehearsal/tools/index";
import { loadExeca } from "../../rehearsal/tools/execa";
import {
  countBuilds,
  kustomizeArchive,
  type Machine,
  machine,
  nowhere,
  putExecutable,
  putFakeGo,
  serving,
  sha256,
  site,
  tableAt,
} from "./support";

/** Runs worker.ts on a machine. */
async function start({ shared, env }: Machine, address: string) {
  const { execa } = await loadExeca();
  const args = ["--import", "tsx", path.join(__dirname, "worker.ts"), shared.root, env.PATH, address];
  return { child: execa(process.execPath, args, { reject: false }) };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error("What the test waits for did not happen within 20 s.");
    await sleep(20);
  }
}

test("two processes at once build once", { timeout: 60_000 }, async (t) => {
  const own = await machine(t);
  await putFakeGo(own.bin, { version: "5.7.1", seconds: 2 });
  const started = await Promise.all([start(own, nowhere), start(own, nowhere)]);
  const results = await Promise.all(started.map(({ child }) => child));
  assert.deepEqual(results.map(({ stdout }) => (JSON.parse(stdout) as Tool).source).sort(), ["build", "cached"]);
  assert.equal(results.filter(({ stderr }) => stderr.includes("waiting")).length, 1);
  assert.equal(await countBuilds(own.bin), 1);
});

test("killed in the middle of a download: no half tool, and the next run gets it", { timeout: 60_000 }, async (t) => {
  const own = await machine(t);
  const archive = await kustomizeArchive(t, "5.7.1");
  const checksums = `${sha256(archive)}  kustomize.tar.gz\n`;
  const stalling = await site(t, (request, response) => {
    if (request.url === "/checksums.txt") return void response.end(checksums);
    response.writeHead(200, { "content-length": archive.length });
    response.write(archive.subarray(0, archive.length / 2));
  });
  const { child } = await start(own, stalling);
  await until(async () => {
    const folders = await readdir(own.shared.toolsTemporary).catch(() => []);
    return folders.length > 0;
  });
  child.kill("SIGKILL");
  await child;
  assert.deepEqual(await readdir(own.shared.toolsBin).catch(() => []), []);
  assert.deepEqual(await readdir(own.shared.locks), ["tools.lock"]);

  const whole = await site(t, serving({ "/kustomize.tar.gz": archive, "/checksums.txt": checksums }));
  const { kustomize } = await ensureTools(["kustomize"], { ...own, table: tableAt(whole) });
  assert.equal(kustomize.source, "download");
  assert.deepEqual(await readdir(own.shared.toolsTemporary), []);
  assert.deepEqual(await readdir(own.shared.locks), []);
});

test("interrupted in the middle of a build: Go ends too, and its caches are kept", { timeout: 60_000 }, async (t) => {
  const own = await machine(t);
  const pidFile = path.join(own.bin, "go.pid");
  await putExecutable(
    own.bin,
    "go",
    `#!/bin/sh
case "$1" in
version) echo "go version go1.26.0 linux/amd64" ;;
build) echo kept > "$GOCACHE.part"; echo $$ > "${pidFile}"; exec sleep 60 ;;
esac
`,
  );
  const { child } = await start(own, nowhere);
  await until(async () => (await readFile(pidFile, "utf8").catch(() => "")).endsWith("\n"));
  const go = Number(await readFile(pidFile, "utf8"));
  child.kill("SIGINT");
  await child;
  await until(() => !isAlive(go));
  assert.ok((await readdir(own.shared.goCache)).includes("build.part"));
});

test("a signal ends a build", { timeout: 60_000 }, async (t) => {
  const own = await machine(t);
  await putFakeGo(own.bin, { version: "5.7.1", seconds: 30 });
  const stop = new AbortController();
  const getting = ensureTools(["kustomize"], {
    ...own,
    table: tableAt(nowhere),
    signal: stop.signal,
    onProgress: ({ phase }) => {
      if (phase === "compiling") stop.abort();
    },
  });
  await assert.rejects(getting, { name: "AbortError" });
  assert.deepEqual(await readdir(own.shared.locks), []);
});

test("a damaged record is none", async (t) => {
  const own = await machine(t);
  await putFakeGo(own.bin, { version: "5.7.1" });
  await ensureTools(["kustomize"], { ...own, table: tableAt(nowhere) });
  await writeFile(path.join(own.shared.toolRecords, "kustomize.json"), "{");
  const { kustomize } = await ensureTools(["kustomize"], { ...own, table: tableAt(nowhere) });
  assert.equal(kustomize.source, "build");
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
