import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import path from "node:path";
import { before, describe, test } from "node:test";
import { promisify } from "node:util";
import { loadAll } from "js-yaml";
import { rootProject, rootProjectResource } from "../../components/gitops/root-application";
import { renderApp } from "../../delivery/app/render";
import { appSchema, findApps } from "../../infra/apps";
import { repositoryRoot } from "../../infra/repository-root";
import { testTools } from "../support/tools";

const run = promisify(execFile);

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

interface Project {
  readonly destinations: readonly { readonly server: string; readonly namespace: string }[];
  readonly clusterResourceWhitelist: readonly { readonly group: string; readonly kind: string }[];
  readonly namespaceResourceWhitelist?: readonly { readonly group: string; readonly kind: string }[];
}

let kustomize: string;
before(async () => {
  ({ kustomize } = await testTools());
});

async function render(folder: string): Promise<Manifest[]> {
  const { stdout } = await run(kustomize, ["build", path.join(repositoryRoot, folder)]);
  return loadAll(stdout) as Manifest[];
}

function read(file: string): Manifest[] {
  return loadAll(fs.readFileSync(path.join(repositoryRoot, file), "utf8")) as Manifest[];
}

function groupOf({ apiVersion }: Manifest): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

describe("what the root application applies", () => {
  test("is of the kinds that its project allows, in Argo CD's namespace", async () => {
    const allowed = rootProjectResource({ namespace: "argocd", labels: {}, repository: "" }).spec
      .namespaceResourceWhitelist;
    for (const manifest of await render("gitops/root")) {
      assert.ok(
        allowed.some(({ group, kind }) => group === groupOf(manifest) && kind === manifest.kind),
        `${manifest.kind} ${manifest.metadata.name}`,
      );
      assert.equal(manifest.metadata.namespace, "argocd");
    }
  });

  test("is never pruned, whatever becomes of a file", async () => {
    for (const { kind, metadata } of await render("gitops/root")) {
      assert.equal(
        metadata.annotations?.["argocd.argoproj.io/sync-options"],
        "Prune=false",
        `${kind} ${metadata.name}: whoever deletes its file must not delete what it runs`,
      );
    }
  });

  test("begins with projects, then add-ons, then tenants, then the apps", async () => {
    const waves = (await render("gitops/root")).map(({ kind, metadata }) => {
      return [Number(metadata.annotations?.["argocd.argoproj.io/sync-wave"]), `${kind} ${metadata.name}`] as const;
    });
    assert.deepEqual(
      waves.sort(([left, a], [right, b]) => left - right || a.localeCompare(b)),
      [
        [0, "AppProject add-ons"],
        [0, "AppProject tenants"],
        [1, "Application argo-rollouts"],
        [1, "Application prometheus"],
        [2, "Application tenants"],
        [3, "ApplicationSet apps"],
      ],
    );
  });

  test("is in projects that exist, and goes where they let it", async () => {
    const manifests = await render("gitops/root");
    const projects = new Map(
      manifests.filter(({ kind }) => kind === "AppProject").map(({ metadata, spec }) => [metadata.name, spec]),
    );
    for (const { metadata, spec } of manifests.filter(({ kind }) => kind === "Application")) {
      const project = projects.get(String(spec.project)) as Project | undefined;
      assert.ok(project !== undefined, `${metadata.name} is in ${String(spec.project)}`);
      assert.ok(
        project.destinations.some((allowed) => {
          const wanted = spec.destination as Project["destinations"][number];
          return allowed.server === wanted.server && allowed.namespace === wanted.namespace;
        }),
        `${metadata.name}: its project does not let it go where it goes`,
      );
      assert.notEqual(spec.project, rootProject);
    }
  });

  test("tries what failed again with the newest commit, which may be the one that mends it", async () => {
    const manifests = await render("gitops/root");
    const specs = manifests.flatMap(({ kind, spec }) => {
      return kind === "Application"
        ? [spec]
        : kind === "ApplicationSet"
          ? [(spec.template as Pick<Manifest, "spec">).spec]
          : [];
    });
    assert.equal(specs.length, 4);
    for (const { syncPolicy } of specs) {
      const { retry } = syncPolicy as { readonly retry: { readonly refresh?: boolean } };
      assert.equal(retry.refresh, true);
    }
  });

  test("deletes no Application, and gives none a finalizer that would empty it", async () => {
    const set = (await render("gitops/root")).find(({ kind }) => kind === "ApplicationSet");
    assert.deepEqual(set?.spec.syncPolicy, { applicationsSync: "create-update", preserveResourcesOnDeletion: true });
    const { metadata } = set.spec.template as Pick<Manifest, "metadata">;
    assert.equal(metadata.finalizers, undefined);
  });
});

test("no app may have the name of what the platform applies, or of its projects and namespaces", async () => {
  const names = (await render("gitops/root")).flatMap(({ metadata, spec }) => [
    metadata.name,
    ...((spec.destinations ?? []) as Project["destinations"]).map(({ namespace }) => namespace),
  ]);
  for (const name of [...names, rootProject]) {
    const app = { name, owner: "a", port: 8080, clouds: ["aws"], environments: ["dev"], rollout: "canary" };
    assert.ok(!appSchema.safeParse(app).success, name);
  }
});

test("no kind of Argo Rollouts is pruned, since every Rollout would go with it", async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-add-on-"));
  t.after(() => {
    fs.rmSync(folder, { recursive: true });
  });
  const [kustomization] = read("gitops/add-ons/argo-rollouts/kustomization.yaml");
  // The resources are the project's own, out of reach here; a kind of theirs stands for them.
  const kind = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: "a.b" } };
  fs.writeFileSync(path.join(folder, "kind.yaml"), JSON.stringify(kind));
  fs.writeFileSync(
    path.join(folder, "kustomization.yaml"),
    JSON.stringify({ ...kustomization, resources: ["kind.yaml"] }),
  );
  const { stdout } = await run(kustomize, ["build", folder]);
  const [rendered] = loadAll(stdout) as Manifest[];
  assert.equal(rendered?.metadata.annotations?.["argocd.argoproj.io/sync-options"], "Prune=false");
});

test("tenants are the apps' own, and nothing else passes for one", () => {
  // Code owners are asked for each of them, wherever it is.
  const found = fs
    .readdirSync(path.join(repositoryRoot, "apps"), { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "tenant.yaml");
  assert.deepEqual(
    found.sort(),
    findApps().map(({ name }) => `${name}/deploy/tenant.yaml`),
  );
});

for (const app of findApps()) {
  const { name, clouds, environments } = app;
  describe(`the app ${name}`, () => {
    const [, project] = read(`apps/${name}/deploy/tenant.yaml`);

    test("has the namespace and the project that every app has, and no more", () => {
      assert.equal(
        fs.readFileSync(path.join(repositoryRoot, `apps/${name}/deploy/tenant.yaml`), "utf8"),
        renderApp(app, () => "").get("deploy/tenant.yaml"),
        "what an app may do is the platform's to say: change delivery/app/template, for all apps",
      );
    });

    test("has an overlay for each of its environments and clouds, and no other", () => {
      const overlays = path.join(repositoryRoot, "apps", name, "deploy/overlays");
      assert.deepEqual(fs.readdirSync(overlays).sort(), [...environments].sort());
      for (const environment of environments) {
        const found = fs
          .readdirSync(path.join(overlays, environment))
          .filter((cloud) => cloud !== "stage")
          .sort();
        assert.deepEqual(found, [...clouds].sort());
      }
    });

    for (const overlay of environments.flatMap((environment) => clouds.map((cloud) => `${environment}/${cloud}`))) {
      test(`renders ${overlay}: what its project allows, in its namespace`, async () => {
        const { namespaceResourceWhitelist: allowed = [] } = project?.spec as unknown as Project;
        const manifests = await render(`apps/${name}/deploy/overlays/${overlay}`);
        for (const manifest of manifests) {
          assert.equal(manifest.metadata.namespace, name, `${manifest.kind} ${manifest.metadata.name}`);
          assert.ok(
            allowed.some(({ group, kind }) => group === groupOf(manifest) && kind === manifest.kind),
            `${manifest.kind} ${manifest.metadata.name}: not in deploy/tenant.yaml`,
          );
        }
        const kinds = manifests.map(({ kind }) => kind);
        for (const kind of [
          "Rollout",
          "AnalysisTemplate",
          "Service",
          "ServiceAccount",
          "HorizontalPodAutoscaler",
          "PodDisruptionBudget",
          "NetworkPolicy",
        ]) {
          assert.ok(kinds.includes(kind), `no ${kind}`);
        }
      });
    }
  });
}
