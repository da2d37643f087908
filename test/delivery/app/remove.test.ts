import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { removeApp, type RemoveOptions } from "../../../delivery/app/remove";
import { RefusedError } from "../../../delivery/failure";
import { InputError } from "../../../infra/input-error";
import type { SimulatedRepository } from "../../../rehearsal/github";
import { type GitHubDelivery, startGitHubDelivery } from "../fixture";
import type { Platform } from "../platform";
import { type ApiServer, startApiServer } from "./api-server";

/** Removals on the simulated GitHub, and in a simulated API server. */

let delivery: GitHubDelivery;
let platform: Platform;
let repository: SimulatedRepository;
let api: ApiServer;
let kubeconfigs: string;

beforeEach(async () => {
  delivery = await startGitHubDelivery({ apps: ["mandelbrot", "greeter"] });
  ({ platform, repository } = delivery);
  api = await startApiServer();
  kubeconfigs = path.join(platform.folder, "kubeconfigs");
  fs.mkdirSync(kubeconfigs);
  fs.writeFileSync(path.join(kubeconfigs, "dev-aws.yaml"), api.kubeconfig);
});

afterEach(async () => {
  await api.stop();
  await delivery.stop();
});

async function run(more: Partial<RemoveOptions> = {}): Promise<string> {
  const said: string[] = [];
  await removeApp({
    ...delivery.options,
    app: "greeter",
    report: (line) => said.push(line),
    confirm: () => Promise.resolve(true),
    every: 10,
    ...more,
  });
  return said.join("\n");
}

const main = () => platform.remoteGit("rev-parse", "main");

/** Proposes the removal and merges it. */
async function removeFromGit(): Promise<void> {
  await run();
  const [pull] = repository.pulls;
  assert.ok(pull);
  await repository.squash(pull);
}

const application = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/greeter";
const project = "/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects/greeter";
const tenants = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/tenants";
const namespace = "/api/v1/namespaces/greeter";

/** Puts into the cluster what the platform makes of an app. */
function deploy(revision: string): void {
  for (const path of [application, project, namespace]) api.objects.set(path, { metadata: {} });
  api.objects.set(tenants, { metadata: {}, status: { sync: { revision } } });
}

test("first a pull request takes the folder out, and nothing else", async () => {
  const before = main();
  assert.match(await run({ kubeconfigs }), /1\. Git: next\. .* the pull request http\S+\/1 is open\. Merge it/);
  const [pull] = repository.pulls;
  assert.deepEqual([pull?.head, pull?.title], ["greeter/remove", "remove(greeter): take the app out"]);
  const changed = platform.remoteGit("diff", "--name-status", before, "greeter/remove");
  assert.ok(
    changed.split("\n").every((line) => line.startsWith("D\tapps/greeter/")),
    changed,
  );
  const left = platform.remoteGit("ls-tree", "--name-only", "greeter/remove", "apps/");
  assert.equal(left, "apps/mandelbrot");
  assert.deepEqual(api.deletions, []);
  assert.ok(fs.existsSync(path.join(platform.root, "apps/greeter")), "the user's clone is as it was");
});

test("again finds the same pull request", async () => {
  await run();
  const before = platform.remoteGit("rev-parse", "greeter/remove");
  await run();
  assert.equal(repository.pulls.length, 1);
  assert.equal(platform.remoteGit("rev-parse", "greeter/remove"), before);
});

test("once it is merged, it says how the clusters are reached", async () => {
  await removeFromGit();
  assert.match(await run(), /1\. Git: done\.[^]*2\. Clusters: next\. .*--kubeconfigs/);
});

test("then the cluster loses Application, namespace and project, one after the other", async () => {
  await removeFromGit();
  deploy(main());
  const text = await run({ kubeconfigs });
  assert.deepEqual(api.deletions, [application, namespace, project]);
  assert.deepEqual([...api.objects.keys()], [tenants]);
  assert.match(text, /prod-gcp is left alone/);
  assert.match(
    text,
    /2\. Clusters: dev-aws done\.[^]*next for dev-azure, dev-gcp, prod-aws, prod-azure, prod-gcp, which/,
  );
  assert.doesNotMatch(text, /3\. Images/, "clusters that were left alone may still run it");
});

test("the images are last, once no cluster has anything left", async () => {
  await removeFromGit();
  for (const stack of ["dev-azure", "dev-gcp", "prod-aws", "prod-azure", "prod-gcp"]) {
    fs.writeFileSync(path.join(kubeconfigs, `${stack}.yaml`), api.kubeconfig);
  }
  assert.match(
    await run({ kubeconfigs }),
    /prod-gcp done, nothing of greeter is there\.\n3\. Images: .*pulumi destroy -s dev-greeter, pulumi destroy -s prod-greeter/,
  );
});

test("it goes on where it stopped", async () => {
  await removeFromGit();
  deploy(main());
  api.objects.delete(application);
  api.refuse(namespace, 403);
  await assert.rejects(run({ kubeconfigs }), /dev-aws|aws: cluster test .* DELETE .*greeter: 403/);
  assert.ok(api.objects.has(project));
  api.refuse("nothing", 403);
  await run({ kubeconfigs });
  assert.deepEqual(api.deletions, [namespace, project]);
});

test("nothing is deleted before Argo CD has read that the folder is gone, since it would make it anew", async () => {
  const before = main();
  await removeFromGit();
  deploy(before);
  api.react = (method, path) => {
    if (method !== "PATCH") return;
    assert.equal(path, tenants);
    assert.deepEqual(api.deletions, []);
    // What it was asked to look for.
    setTimeout(() => api.objects.set(tenants, { metadata: {}, status: { sync: { revision: main() } } }), 50);
  };
  await run({ kubeconfigs });
  assert.equal(api.deletions.length, 3);
});

test("what comes back is told", async () => {
  await removeFromGit();
  deploy(main());
  api.react = (method, path) => {
    if (method === "DELETE" && path === project) api.objects.set(application, { metadata: {} });
  };
  await assert.rejects(run({ kubeconfigs }), /dev-aws: somebody has made Application greeter anew/);
});

test("nothing is deleted without consent", async () => {
  await removeFromGit();
  deploy(main());
  let asked = "";
  const confirm = (what: string) => {
    asked = what;
    return Promise.resolve(false);
  };
  assert.match(await run({ kubeconfigs, confirm }), /nothing was deleted/);
  assert.equal(asked, "what greeter has in dev-aws (Application, Namespace, AppProject)");
  assert.deepEqual(api.deletions, []);
});

const refusals: readonly [string, Partial<RemoveOptions>, RegExp][] = [
  ["an app that never was", { app: "nobody" }, /There is no apps\/nobody on branch main of .*, and there never was/],
  ["a namespace of Kubernetes", { app: "kube-system" }, /"kube-system" is no app's name/],
  ["a path", { app: "../x" }, /is no app's name/],
];

for (const [what, more, expected] of refusals) {
  test(`refused: ${what}`, async () => {
    await assert.rejects(run(more), (error) => error instanceof InputError && expected.test(error.message));
    assert.equal(repository.pulls.length, 0);
  });
}

test("refused: a folder without kubeconfigs of any cluster", async () => {
  await removeFromGit();
  const empty = path.join(platform.folder, "empty");
  fs.mkdirSync(empty);
  await assert.rejects(run({ kubeconfigs: empty }), /holds none of dev-aws\.yaml, .*prod-gcp\.yaml/);
});

test("refused by the remote: said in its words, and nothing else is done", async () => {
  fs.writeFileSync(
    path.join(repository.folder, "hooks/pre-receive"),
    "#!/bin/sh\necho 'no branches of robots' >&2\nexit 1\n",
    { mode: 0o755 },
  );
  await assert.rejects(
    run(),
    (error) => error instanceof RefusedError && error.message.includes("no branches of robots"),
  );
  assert.equal(repository.pulls.length, 0);
});
