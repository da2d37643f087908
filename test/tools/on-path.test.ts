import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { findOnPath } from "../../rehearsal/tools/on-path";
import { tools } from "../../rehearsal/tools/tools";
import { fakeKustomize, machine, putExecutable, temporaryFolder } from "./support";

test("takes a version that is new enough", async (t) => {
  const { bin, env } = await machine(t);
  const file = await putExecutable(bin, "kustomize", fakeKustomize("5.9.0"));
  assert.deepEqual(await findOnPath(tools.kustomize, tools, env), { path: file, version: "5.9.0" });
});

test("says why not: missing, too old, failing, wordless", async (t) => {
  const { bin, env } = await machine(t);
  const reason = async () => JSON.stringify(await findOnPath(tools.kustomize, tools, env));
  assert.match(await reason(), /there is no kustomize on PATH/);
  await putExecutable(bin, "kustomize", fakeKustomize("4.5.7"));
  assert.match(await reason(), /kustomize is 4\.5\.7, older than 5\.0\.0/);
  await putExecutable(bin, "kustomize", "#!/bin/sh\nexit 3\n");
  assert.match(await reason(), /did not tell its version.*exit code 3/);
  await putExecutable(bin, "kustomize", "#!/bin/sh\necho hello\n");
  assert.match(await reason(), /printed no version/);
});

test("does not wait for a program that hangs", { timeout: 20_000 }, async (t) => {
  const { bin, env } = await machine(t);
  await putExecutable(bin, "kustomize", "#!/bin/sh\nexec sleep 60\n");
  assert.match(JSON.stringify(await findOnPath(tools.kustomize, tools, env)), /did not tell its version within 5 s/);
});

test("takes nothing from the working directory", async () => {
  assert.match(JSON.stringify(await findOnPath(tools.kustomize, tools, { PATH: ":" })), /no kustomize on PATH/);
});

test("the language host is taken from beside the engine, also through a link", async (t) => {
  const { bin, env } = await machine(t);
  const elsewhere = await temporaryFolder(t);
  const host = await putExecutable(elsewhere, "pulumi-language-nodejs", "#!/bin/sh\n");
  await symlink(await putExecutable(elsewhere, "pulumi", "#!/bin/sh\necho v3.300.0\n"), path.join(bin, "pulumi"));
  const found = await findOnPath(tools["pulumi-language-nodejs"], tools, env);
  assert.deepEqual(found, { path: host, version: "3.300.0" });
});

test("the language host of an engine that is too old is not taken", async (t) => {
  const { bin, env } = await machine(t);
  await putExecutable(bin, "pulumi-language-nodejs", "#!/bin/sh\n");
  await putExecutable(bin, "pulumi", "#!/bin/sh\necho v3.100.0\n");
  const found = await findOnPath(tools["pulumi-language-nodejs"], tools, env);
  assert.match(JSON.stringify(found), /it comes with pulumi, and .* is 3\.100\.0, older than 3\.259\.0/);
});

test("a plugin is taken from Pulumi's home, by the version in its folder's name", async (t) => {
  const { env } = await machine(t);
  const spec = tools["pulumi-resource-docker-build"];
  assert.match(JSON.stringify(await findOnPath(spec, tools, env)), /there is no .*resource-docker-build-v0\.0\.22/);
  const folder = path.join(env.HOME, ".pulumi", "plugins", `resource-docker-build-v${spec.version}`);
  const file = await putExecutable(folder, spec.name, "#!/bin/sh\n");
  assert.deepEqual(await findOnPath(spec, tools, env), { path: file, version: spec.version });
  assert.match(JSON.stringify(await findOnPath(spec, tools, { HOME: "" })), /neither PULUMI_HOME nor HOME/);
});
