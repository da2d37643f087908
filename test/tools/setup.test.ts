import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { repositoryRoot } from "../../rehearsal/paths";
import { loadExeca } from "../../rehearsal/tools/execa";
import { temporaryFolder } from "./support";

interface Entry {
  readonly version: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
}

/** A repository with setup.cjs and a package-lock.json, and an npm that "installs" just what that file says. */
async function repository(t: TestContext, packages: Readonly<Record<string, Entry>>) {
  const root = await temporaryFolder(t);
  await mkdir(path.join(root, "rehearsal", "tools"), { recursive: true });
  for (const file of ["rehearsal/setup.cjs", "rehearsal/tools/lock.cjs"]) {
    await cp(path.join(repositoryRoot, file), path.join(root, file));
  }
  const npm = path.join(root, "npm-cli.js");
  await writeFile(npm, fakeNpm);
  const lock = (entries: Readonly<Record<string, Entry>>) =>
    writeFile(path.join(root, "package-lock.json"), JSON.stringify({ packages: { "": {}, ...entries } }));
  await lock(packages);
  const { execa } = await loadExeca();
  const run = (env: Readonly<Record<string, string>> = {}) =>
    execa(process.execPath, [path.join(root, "rehearsal", "setup.cjs")], {
      reject: false,
      env: { npm_execpath: npm, HOME: "", ...env },
    });
  const installs = async () => (await readFile(path.join(root, "npm.log"), "utf8").catch(() => "")).length;
  return { root, lock, run, installs, modules: path.join(root, "node_modules") };
}

const fakeNpm = `
const fs = require("node:fs");
fs.appendFileSync("npm.log", "i");
if (process.env.NPM_SAYS) { console.error(process.env.NPM_SAYS); process.exit(1); }
fs.rmSync("node_modules", { recursive: true, force: true });
setTimeout(() => {
  const { "": _root, ...packages } = JSON.parse(fs.readFileSync("package-lock.json", "utf8")).packages;
  fs.mkdirSync("node_modules/.bin", { recursive: true });
  fs.writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages }));
}, 300);
`;

const one = { "node_modules/a": { version: "1.0.0" } };
const two = { "node_modules/a": { version: "1.0.1" } };

test("installs once, and again only when package-lock.json or node_modules is another", async (t) => {
  const { lock, run, installs, modules } = await repository(t, one);
  const first = await run();
  assert.equal(first.exitCode, 0, first.stderr);
  assert.match(first.stderr, /Installing the npm packages of package-lock\.json/);
  const second = await run();
  assert.deepEqual([second.exitCode, second.stderr, await installs()], [0, "", 1]);
  await lock(two);
  await run();
  assert.equal(await installs(), 2);
  await rm(modules, { recursive: true });
  await run();
  assert.equal(await installs(), 3);
});

test("takes over what the user installed, when it is what package-lock.json says", async (t) => {
  const optional = { "node_modules/b": { version: "1.0.0", optional: true, os: ["nowhere"] } };
  const { run, installs, modules } = await repository(t, { ...one, ...optional });
  await mkdir(modules);
  await writeFile(path.join(modules, ".package-lock.json"), JSON.stringify({ packages: one }));
  assert.equal((await run()).stderr, "");
  assert.equal(await installs(), 0);
});

for (const [what, packages] of [
  ["another version", two],
  ["one package too many", { ...one, "node_modules/b": { version: "1.0.0" } }],
  ["a package missing", {}],
] as const) {
  test(`does not take over what the user installed with ${what}`, async (t) => {
    const { run, installs, modules } = await repository(t, one);
    await mkdir(modules);
    await writeFile(path.join(modules, ".package-lock.json"), JSON.stringify({ packages }));
    await run();
    assert.equal(await installs(), 1);
  });
}

test("two at once install once", async (t) => {
  const { root, run, installs } = await repository(t, one);
  const results = await Promise.all([run(), run()]);
  assert.deepEqual(
    results.map(({ exitCode }) => exitCode),
    [0, 0],
  );
  assert.equal(await installs(), 1);
  assert.deepEqual(await readdir(path.join(root, ".trinity", "locks")), []);
});

for (const [says, advice] of [
  ["npm error code ENOTFOUND", /The npm registry was not reached: look at the network/],
  ["npm error `npm ci` can only install packages when … are in sync", /package\.json and package-lock\.json differ/],
  ["npm error code EOTHER", /npm's own words are above/],
] as const) {
  test(`a failing npm: ${says}`, async (t) => {
    const { root, run, modules } = await repository(t, one);
    await mkdir(modules);
    const { exitCode, stderr } = await run({ NPM_SAYS: says });
    assert.equal(exitCode, 1);
    assert.ok(stderr.includes(says));
    assert.match(stderr, /npm ci failed \(1\) in /);
    assert.match(stderr, advice);
    assert.doesNotMatch(stderr, / {4}at /, "a stack trace says nothing to the user");
    assert.deepEqual(await readdir(path.join(root, ".trinity", "locks")), []);
  });
}

test("an installation that is cut short is not taken for a whole one", async (t) => {
  const { run, installs, modules, lock } = await repository(t, one);
  await run();
  await lock(two);
  await run({ NPM_SAYS: "npm error code EOTHER" });
  assert.ok(!(await readdir(modules)).includes(".package-lock.json"));
  await lock(one);
  await run();
  assert.equal(await installs(), 3);
});
