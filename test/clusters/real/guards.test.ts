import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { overlayFile } from "../../../delivery/overlay";
import { Cluster } from "../../../delivery/rollout/cluster";
import { repositoryRoot } from "../../../infra/repository-root";
import { startPlayedNode, startRollouts } from "../../../rehearsal/clusters";
import { Observer } from "./observer";
import { rootApplication, startPlatform } from "./platform";
import { until, workbench } from "./support";
import { type Status, Trial } from "./trial";

/**
 * What becomes of running apps when something in Git goes or breaks: this repository's own root and apps, on a real
 * Argo CD. Only the node is played. Every case takes back what it did, and none needs another one.
 */
test("whatever goes wrong in Git, what runs goes on running", { timeout: 900_000 }, async (t) => {
  const begin = performance.now();
  const bench = await workbench();
  const { plane, apps, copy, remote, ...platform } = await startPlatform(bench);
  t.diagnostic(`Argo CD ran after ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  const [app = "", other = ""] = apps;
  assert.ok(other !== "", "the cases take two apps");
  const kubeconfig = fs.readFileSync(plane.kubeconfig, "utf8");
  const cluster = new Cluster("aws", plane.kubeconfig, kubeconfig, new AbortController().signal);
  bench.keep({
    stop: () => {
      cluster.close();
      return Promise.resolve();
    },
  });
  const argoCd = new Observer(cluster);

  const trial = new Trial({ apps, copy, remote }, argoCd);

  await t.test("the apps' namespaces and Applications wait until the add-ons run", async () => {
    for (const name of ["argo-rollouts", "prometheus"]) {
      await argoCd.until(name, "is applied, and does not run without a node", ({ sync, health }) => {
        return sync?.status === "Synced" && health?.status === "Progressing";
      });
    }
    await argoCd.until(rootApplication, "waits for the add-ons", ({ operationState }) =>
      operationState?.message?.startsWith("waiting for healthy state of argoproj.io/Application/"),
    );
    const made = [...(await argoCd.whatRuns()).keys()].filter((name) => /^Application(Set)? /.test(name)).sort();
    assert.deepEqual(
      made,
      ["argo-rollouts", "prometheus", rootApplication].map((name) => `Application argocd/${name}`),
    );
  });

  bench.keep(await startPlayedNode(plane, bench.clusters));
  bench.keep(await startRollouts(plane, { ...bench.clusters, environment: {} }));
  await t.test("once they do, every app comes", () => trial.settled());

  await t.test("an app's folder goes: its Application stays, and says so", async () => {
    await trial.whileGitHas(
      () => {
        trial.remove(`apps/${app}`);
      },
      async (commit) => {
        await argoCd.lookForApps();
        const { status } = await argoCd.until(app, "misses its folder", says(/app path does not exist/));
        assert.equal(status?.sync?.status, "Unknown");
        await argoCd.until("tenants", "has read the commit", ({ sync }) => sync?.revision === commit);
        await argoCd.until(other, "follows Git", ({ sync }) => sync?.revision === commit && sync.status === "Synced");
      },
    );
  });

  await t.test("an app's files are no YAML: the others go on", async () => {
    await trial.whileGitHas(
      () => {
        for (const file of [`apps/${app}/app.yaml`, overlayFile(app, "dev", "aws")]) trial.edit(file, () => "a: [\n");
      },
      async (commit) => {
        await argoCd.untilFault(overlayFile(app, "dev", "aws"));
        await argoCd.until(app, "cannot be rendered", says(/kustomize build .* failed/s));
        await argoCd.until(other, "follows Git", ({ sync }) => sync?.revision === commit && sync.status === "Synced");
      },
    );
  });

  await t.test("an app's overlay has nothing in it to apply", async () => {
    const overlay = overlayFile(app, "dev", "aws");
    await trial.whileGitHas(
      () => {
        trial.edit(path.join(path.dirname(overlay), "nothing.yaml"), () => "# nothing\n");
        trial.edit(overlay, (text) => text.replace("../../../base", "nothing.yaml"));
      },
      async () => {
        await argoCd.until(app, "refuses", says(/auto-sync will wipe out all resources/));
      },
    );
  });

  await t.test("the generator finds nothing", async () => {
    await trial.whileGitHas(
      () => {
        trial.edit("gitops/root/apps.yaml", (text) => text.replace('"apps/*/deploy', '"moved/*/deploy'));
      },
      async (commit) => {
        await argoCd.until(rootApplication, "has applied the commit", applied(commit));
        await argoCd.lookForApps();
      },
    );
  });

  await t.test("the template asks for what there is not", async () => {
    await trial.whileGitHas(
      () => {
        trial.edit("gitops/root/apps.yaml", (text) => text.replace("{{ .path.path }}", "{{ .path.nothing }}"));
      },
      async (commit) => {
        await argoCd.until(rootApplication, "has applied the commit", applied(commit));
        await argoCd.untilFault('no entry for key "nothing"');
      },
    );
  });

  await t.test("the ApplicationSet goes from Git", async () => {
    await trial.whileGitHas(
      () => {
        trial.remove("gitops/root/apps.yaml");
        trial.edit("gitops/root/kustomization.yaml", (text) => text.replace("  - apps.yaml\n", ""));
      },
      async (commit) => {
        const { status } = await argoCd.until(rootApplication, "has applied the commit", applied(commit));
        // It says that something is left which Git does not have.
        assert.equal(status?.sync?.status, "OutOfSync");
      },
    );
  });

  await t.test("the root's folder goes", async () => {
    await trial.whileGitHas(
      () => {
        trial.remove("gitops/root");
      },
      async () => {
        await argoCd.until(rootApplication, "misses its folder", says(/gitops\/root: app path does not exist/));
      },
    );
  });

  await t.test("the root's folder has nothing in it to apply", async () => {
    await trial.whileGitHas(
      () => {
        trial.edit("gitops/root/nothing.yaml", () => "# nothing\n");
        trial.edit("gitops/root/kustomization.yaml", (text) =>
          text.replace(/^resources:[^]*/m, "resources: [nothing.yaml]\n"),
        );
      },
      async () => {
        await argoCd.until(rootApplication, "refuses", says(/auto-sync will wipe out all resources/));
      },
    );
  });

  await t.test("an app wants what its project does not let it have", async () => {
    const role = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: everything }
rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]
`;
    await trial.whileGitHas(
      () => {
        trial.edit(`apps/${app}/deploy/base/role.yaml`, () => role);
        trial.edit(`apps/${app}/deploy/base/kustomization.yaml`, (text) => `${text}  - role.yaml\n`);
        trial.edit(`apps/${app}/deploy/tenant.yaml`, (text) => `${text}---\n${role}`);
        trial.edit(overlayFile(other, "dev", "aws"), (text) =>
          text.replace(`namespace: ${other}`, `namespace: ${app}`),
        );
      },
      async () => {
        const kind = "resource rbac.authorization.k8s.io:ClusterRole is not permitted in project";
        await argoCd.until(app, "may have no ClusterRole", refused(`${kind} ${app}`));
        await argoCd.until("tenants", "may have no ClusterRole", refused(`${kind} tenants`));
        const namespace = `namespace ${app} is not permitted in project '${other}'`;
        await argoCd.until(other, "may not go elsewhere", refused(namespace));
        const roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
        assert.equal(await cluster.find(`${roles}/everything`), undefined);
      },
    );
  });

  await t.test("somebody deletes the ApplicationSet and an Application: both are made anew", async () => {
    await trial.settled();
    const before = await argoCd.whatRuns();
    await argoCd.delete("applications", app);
    await argoCd.delete("applicationsets", "apps");
    const set = "ApplicationSet argocd/apps";
    await until("there is another ApplicationSet", async () => {
      const now = (await argoCd.whatRuns()).get(set);
      return now !== undefined && now !== before.get(set) ? true : undefined;
    });
    await trial.settled();
    const gone = await argoCd.goneSince(before);
    assert.ok(gone.includes(`Application argocd/${app}`));
    assert.deepEqual(
      gone.filter((name) => !/^Application(Set)? /.test(name)),
      [],
    );
  });

  await t.test("an app is removed by the command, and the others stay; with its folder it comes back", async () => {
    const program = path.join(repositoryRoot, "delivery/index.ts");
    const args = ["remove", "app", app, "--kubeconfigs", platform.kubeconfigs, "--yes"];
    const remove = async () => {
      const options = { cwd: copy.folder, env: { ...process.env, ...platform.environment }, timeout: 120_000 };
      return (await promisify(execFile)(process.execPath, ["--import", "tsx", program, ...args], options)).stdout;
    };
    const isOf = new RegExp(`^(Namespace /${app}|\\S+ ${app}/.+|(Application|AppProject) argocd/${app})$`);
    await trial.settled();
    const before = await argoCd.whatRuns();
    await trial.backAfter(async () => {
      assert.match(await remove(), /1\. Git: next\..* pull request .* is open/);
      await copy.git("fetch", "--quiet", remote, `${app}/remove`);
      await copy.git("merge", "--quiet", "--ff-only", "FETCH_HEAD");
      await copy.git("push", "--quiet", remote, "main");
      assert.match(await remove(), /2\. Clusters: dev-aws done\./);
      const all = [...before.keys()].filter((name) => isOf.test(name));
      assert.ok(all.some((name) => name.startsWith(`Pod ${app}/`)));
      assert.deepEqual(await argoCd.goneSince(before), all);
      assert.deepEqual(
        [...(await argoCd.whatRuns()).keys()].filter((name) => isOf.test(name)),
        [],
      );
    });
  });
});

/** Whether a condition of an Application says something. */
function says(words: RegExp) {
  return ({ conditions }: Status) => conditions?.some(({ message }) => words.test(message));
}

/** Whether an Application was brought to a commit. */
function applied(commit: string) {
  return ({ operationState }: Status) =>
    operationState?.phase === "Succeeded" && operationState.syncResult?.revision === commit;
}

/** Whether Argo CD did not apply one of an Application's objects, in these words. */
function refused(words: string) {
  return ({ operationState }: Status) =>
    operationState?.syncResult?.resources?.some(({ message }) => message === words);
}
