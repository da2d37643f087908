import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { writeExecutable } from "../../../rehearsal/executable";
import { startTokenIssuer } from "../../../rehearsal/github/oidc";
import { repositoryRoot, shared } from "../../../rehearsal/paths";
import { cloudNames } from "../../../infra/clouds";
import { temporaryFolder } from "../../support/simulation";
import { readWorkflow } from "../read";
import { teamCheckout } from "./commits";
import { expectOutcomes } from "./outcomes";
import { walk } from "./walk";

/** What CI runs by itself, at length: here it is seen that the script is there, and called so. */
const recorded = ["run check", "run lint:workflows", "run lint:manifests", "test", "start"];

/** Notes a call of one of those, and refuses a script that is not there; every other call is npm's own. */
const npm = (calls: string, real: string) => `#!${process.execPath}
const fs = require("node:fs");
const args = process.argv.slice(2);
const call = args.join(" ");
if (!${JSON.stringify(recorded)}.includes(call)) {
  const { status } = require("node:child_process").spawnSync(${JSON.stringify(real)}, args, { stdio: "inherit" });
  process.exit(status ?? 1);
}
const { scripts } = JSON.parse(fs.readFileSync("package.json", "utf8"));
if (scripts[args.at(-1)] === undefined) throw new Error(\`There is no script \${args.at(-1)}.\`);
fs.appendFileSync(${JSON.stringify(calls)}, \`\${process.env.AS_ROOT ?? "runner"}: npm \${call}\\n\`);
`;

/** Like the runner's: another PATH, whatever of the environment is asked to be kept (sudoers, secure_path). */
const sudo = `#!/bin/sh
[ "$1" = --preserve-env ] || { echo "sudo $*: not played" >&2; exit 1; }
shift
exec env PATH=/usr/sbin:/usr/bin:/sbin:/bin AS_ROOT=root "$@"
`;

test("check runs each of its scripts, and those that build images as root with the same commands", async (context) => {
  const folder = temporaryFolder(context);
  const checkout = await teamCheckout(path.join(folder, "checkout"), cloudNames);
  const commit = checkout.commit("Begin");
  const [bin, calls] = [path.join(folder, "bin"), path.join(folder, "calls")];
  const real = execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim();
  writeExecutable(path.join(bin, "npm"), npm(calls, real));
  writeExecutable(path.join(bin, "sudo"), sudo);
  const issuer = await startTokenIssuer();
  context.after(() => issuer.stop());
  const stage = {
    folder,
    origin: checkout.folder,
    commit,
    repository: { owner: "acme", ownerId: 11, name: "shop", id: 22 },
    machine: {
      PATH: [bin, path.join(repositoryRoot, "node_modules", ".bin"), process.env.PATH].join(path.delimiter),
      TRINITY_SHARED_HOME: shared.root,
    },
    packages: path.join(repositoryRoot, "node_modules"),
    issuer,
    github: { server: "https://github.com", api: "http://127.0.0.1:1" },
    tokens: { job: "job-token", app: "app-token" },
    variables: {},
  };
  const trigger = { event: "push", ref: "refs/heads/main", payload: {} } as const;
  const jobs = await walk(readWorkflow("check"), stage, trigger, context.signal);
  expectOutcomes(jobs, {
    "types, lint, format": "success",
    "workflows, manifests": "success",
    tests: "success",
    "rehearsal, image build": "success",
  });
  assert.deepEqual(fs.readFileSync(calls, "utf8").split("\n").filter(Boolean), [
    "runner: npm run check",
    "runner: npm run lint:workflows",
    "runner: npm run lint:manifests",
    "root: npm test",
    "root: npm start",
  ]);
  const rendered = jobs.flatMap(({ steps }) => steps).find(({ what }) => what === "npm run render");
  assert.match(rendered?.log ?? "", /apps\/hello\/deploy\/overlays\/dev\/aws.*: \d+ objects/);
});
