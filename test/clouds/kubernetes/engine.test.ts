import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { deleteObjectsOf } from "../../../rehearsal/clouds/kubernetes/objects";
import { findRootApplication } from "../../../rehearsal/clouds/kubernetes/root-application";
import { repositoryRoot } from "../../../rehearsal/paths";
import { temporaryEngine } from "../../support/engine";
import { temporaryFolder } from "../../support/simulation";
import { addCluster, addNodes, kubeconfigOf, server } from "./cluster";

const stack = "dev-gitops";

/** A program of the GitOps component alone, on the cluster that the setting `kubeconfig` names. */
const program = `
import * as pulumi from "@pulumi/pulumi";
import { GitOps } from ${JSON.stringify(path.join(repositoryRoot, "components/gitops"))};

const kubeconfig = new pulumi.Config().require("kubeconfig");
const gitOps = new GitOps("trinity", {
  kubeconfig,
  endpoint: JSON.parse(kubeconfig).clusters[0].cluster.server,
  applicationName: "trinity-dev-aws-root",
  cloud: "aws",
  env: "dev",
  repository: "https://github.com/example/trinity.git",
  revision: "HEAD",
  path: "gitops/root",
});
export const { namespace, application } = gitOps;
`;

function programFolder(context: TestContext): string {
  const folder = temporaryFolder(context);
  const files = {
    "Pulumi.yaml": "name: trinity\nruntime: nodejs\n",
    "package.json": '{ "main": "index.ts" }',
    "tsconfig.json": JSON.stringify({ extends: path.join(repositoryRoot, "tsconfig.json"), files: ["index.ts"] }),
    "index.ts": program,
  };
  for (const [name, text] of Object.entries(files)) {
    fs.writeFileSync(path.join(folder, name), text);
  }
  fs.symlinkSync(path.join(repositoryRoot, "node_modules"), path.join(folder, "node_modules"));
  return folder;
}

test("GitOps on the real engine", async (context) => {
  const engine = await temporaryEngine(context);
  const cwd = programFolder(context);
  const world = engine.world("aws");
  addCluster(world, "trinity-dev-aws", server);
  addNodes(world, "trinity-dev-aws");
  const run = (operation: Parameters<typeof engine.run>[0], kubeconfig = kubeconfigOf(server)) =>
    engine.run(operation, stack, { cwd, settings: { "trinity:kubeconfig": kubeconfig } });
  const everything = { create: 7 };
  const nothing = { same: 7 };

  await context.test("comes up, and a second preview is empty", async () => {
    assert.deepEqual(await run("up"), everything);
    assert.deepEqual(await run("preview"), nothing);
    assert.equal(findRootApplication(world, server)?.name, "trinity-dev-aws-root");
  });

  await context.test("shows nothing on a refresh", async () => {
    assert.equal((await run("refresh")).update, undefined);
  });

  await context.test("replaces nothing when the kubeconfig changes", async () => {
    // The provider alone holds the text; no object in the cluster does.
    assert.deepEqual(await run("up", kubeconfigOf(server, "Qg==")), { same: 6, update: 1 });
  });

  await context.test("keeps the kubeconfig out of the state's plain text", async () => {
    const { deployment } = await engine.state(stack);
    assert.doesNotMatch(JSON.stringify(deployment), /current-context/);
  });

  await context.test("destroys from the Application to the namespace, and leaves only the kinds", async () => {
    await run("destroy");
    const left = world.list().filter(({ type }) => type.startsWith("kubernetes:"));
    assert.deepEqual(
      left.map(({ id }) => id.replace(/@.*/, "")).sort(),
      ["AppProject", "Application", "ApplicationSet"].map((kind) => `argoproj.io/v1alpha1/${kind}`),
    );
    const objects = world.journal().filter(({ operation }) => operation === "delete");
    assert.deepEqual(
      objects.slice(-4).map(({ urn }) => urn.split("::").at(-1)),
      ["trinity-application", "trinity-project", "trinity-argo-cd", "trinity-namespace"],
    );
    deleteObjectsOf(world, server);
    assert.equal(world.list().filter(({ type }) => type.startsWith("kubernetes:")).length, 0);
  });

  await context.test("says that a cluster is not reachable when it is gone", async () => {
    const other = kubeconfigOf("https://gone.example");
    await assert.rejects(run("up", other), /configured Kubernetes cluster is unreachable: .*no such host/);
  });
});
