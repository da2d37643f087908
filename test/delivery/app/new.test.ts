import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { load, loadAll } from "js-yaml";
import * as prettier from "prettier";
import { dnsLabel } from "../../../delivery/app/names";
import { newApp } from "../../../delivery/app/new";
import { renderApp } from "../../../delivery/app/render";
import { overlayFile, readImage, withImage } from "../../../delivery/overlay";
import { checkRendered } from "../../../delivery/render";
import { readCloudSettings } from "../../../delivery/settings";
import { findApps } from "../../../infra/apps";
import { cloudNames } from "../../../infra/clouds";
import { imageBases } from "../../../infra/image-bases";
import { InputError } from "../../../infra/input-error";
import { repositoryRoot } from "../../../infra/repository-root";
import { testTools } from "../../support/tools";
import { makePlatform, type Platform } from "../platform";

let platform: Platform;

beforeEach(() => {
  platform = makePlatform({ apps: [] });
});
afterEach(() => {
  platform.remove();
});

const wanted = {
  name: "greeter",
  owner: "platform",
  port: 8080,
  clouds: [...cloudNames],
  environments: ["dev", "prod"],
  rollout: "canary",
};

/** Everything of the clone that is not in its history. */
const changed = () => platform.git("status", "--porcelain=v1", "--untracked-files=all", "--ignored").split("\n");

const render = async (overlay: string) => {
  const { kustomize } = await testTools();
  const text = execFileSync(kustomize, ["build", path.join(platform.root, overlay)], { encoding: "utf8" });
  return loadAll(text) as { kind: string; metadata: { name: string; namespace?: string }; spec?: never }[];
};

test("the folder of a new app is written, and nothing else", () => {
  const app = newApp(platform.root, wanted);
  assert.deepEqual(findApps(platform.root), [app]);
  assert.ok(changed().every((line) => line.startsWith("?? apps/greeter/")));
  const written = fs.readdirSync(path.join(platform.root, "apps/greeter"), { recursive: true, encoding: "utf8" });
  for (const file of ["Dockerfile", ".dockerignore", "README.md", "server.mjs", "deploy/tenant.yaml"]) {
    assert.ok(written.includes(file), file);
  }
  for (const file of written.filter((name) => name.includes("."))) {
    const text = fs.readFileSync(path.join(platform.root, "apps/greeter", file), "utf8");
    assert.doesNotMatch(text, /APP_|# <|hello|mandelbrot/, file);
  }
});

for (const rollout of ["canary", "blue-green"]) {
  test(`every overlay of a ${rollout} app renders the app's own objects, which its project lets it deploy`, async () => {
    newApp(platform.root, { ...wanted, rollout });
    const tenant = loadAll(fs.readFileSync(path.join(platform.root, "apps/greeter/deploy/tenant.yaml"), "utf8"));
    const [namespace, project] = tenant as [{ metadata: { name: string } }, AppProject];
    assert.equal(namespace.metadata.name, "greeter");
    const allowed = project.spec.namespaceResourceWhitelist.map(({ kind }) => kind);
    for (const env of wanted.environments) {
      for (const cloud of cloudNames) {
        const objects = await render(path.dirname(overlayFile("greeter", env, cloud)));
        assert.deepEqual(new Set(objects.map(({ metadata }) => metadata.namespace)), new Set(["greeter"]));
        for (const { kind } of objects) assert.ok(allowed.includes(kind), kind);
        const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
        const services =
          rollout === "canary" ? ["greeter", "greeter-canary", "greeter-stable"] : ["greeter", "greeter-preview"];
        assert.deepEqual(
          names.filter((name) => name.startsWith("Service ")),
          services.map((name) => `Service ${name}`),
        );
        assert.ok(names.includes("AnalysisTemplate greeter") && names.includes("Rollout greeter"));
      }
    }
  });
}

interface AppProject {
  readonly spec: { readonly namespaceResourceWhitelist: readonly { readonly kind: string }[] };
}

test("a release finds its place in the overlays", async () => {
  newApp(platform.root, wanted);
  const folder = path.join(platform.root, "apps/greeter/deploy");
  const image = {
    repository: "registry.example.com/greeter",
    tag: `sha-${"a".repeat(40)}`,
    digest: `sha256:${"b".repeat(64)}`,
  };
  const file = overlayFile("greeter", "dev", "aws");
  const text = withImage(file, fs.readFileSync(path.join(platform.root, file), "utf8"), "greeter", image);
  assert.deepEqual(readImage(file, text, "greeter"), image);
  const files = new Map(
    fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(platform.root, path.join(entry.parentPath, entry.name)))
      .map((name) => [name, fs.readFileSync(path.join(platform.root, name), "utf8")]),
  );
  files.set(file, text);
  const { kustomize } = await testTools();
  const before = process.env.PATH;
  process.env.PATH = `${path.dirname(kustomize)}${path.delimiter}${before ?? ""}`;
  try {
    const checkout = path.join(platform.folder, "checkout");
    await checkRendered(files, [{ file, app: "greeter", image }], checkout, new AbortController().signal);
  } finally {
    process.env.PATH = before;
  }
});

test("what is written is formatted as the repository is", async () => {
  const long = `a${"b".repeat(38)}c`;
  for (const app of [
    { ...wanted, rollout: "blue-green" },
    { ...wanted, name: long, owner: "Team: 7 # 'x'" },
  ]) {
    newApp(platform.root, app);
    const folder = path.join(platform.root, "apps", app.name);
    const config = await prettier.resolveConfig(path.join(repositoryRoot, "Pulumi.yaml"));
    for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      const { inferredParser } = await prettier.getFileInfo(file);
      if (!entry.isFile() || inferredParser === null) continue;
      const text = fs.readFileSync(file, "utf8");
      assert.ok(await prettier.check(text, { ...config, filepath: file }), file);
    }
  }
  assert.equal(findApps(platform.root)[0]?.owner, "Team: 7 # 'x'");
});

test("the server listens where the rollout and the image say", () => {
  newApp(platform.root, { ...wanted, port: 3000 });
  const read = (file: string) => fs.readFileSync(path.join(platform.root, "apps/greeter", file), "utf8");
  assert.match(read("deploy/base/rollout.yaml"), /\{ name: http, containerPort: 3000, protocol: TCP \}/);
  assert.match(read("Dockerfile"), /PORT=3000 METRICS_PORT=9090\n[^]*^EXPOSE 3000$/m);
  assert.match(read("server.mjs"), /process\.env\.PORT \?\? "3000"/);
  assert.match(imageBases(read("Dockerfile"), {}).last?.name ?? "", /distroless\/nodejs/);
  assert.equal((load(read("app.yaml")) as { port: number }).port, 3000);
});

test("apps/hello is a new app as it is written, but for its README and what was released", () => {
  const app = findApps().find(({ name }) => name === "hello");
  assert.ok(app);
  const written = renderApp(app, (env) =>
    dnsLabel(readCloudSettings(repositoryRoot, env, "azure").project, env, "hello"),
  );
  const folder = path.join(repositoryRoot, "apps/hello");
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  assert.deepEqual(files.sort(), [...written.keys()].sort());
  for (const [file, text] of written) {
    if (file === "README.md") continue;
    const own = fs.readFileSync(path.join(folder, file), "utf8");
    const released = file.startsWith("deploy/overlays/") ? readImage(file, own, "hello") : undefined;
    assert.equal(own, released === undefined ? text : withImage(file, text, "hello", released), file);
  }
});

test("an app on some clouds has overlays for those only", () => {
  newApp(platform.root, { ...wanted, clouds: ["gcp"], environments: ["prod"] });
  const overlays = path.join(platform.root, "apps/greeter/deploy/overlays");
  const files = fs.readdirSync(overlays, { recursive: true, encoding: "utf8" });
  assert.deepEqual(files.sort(), ["prod", "prod/gcp", "prod/gcp/kustomization.yaml"]);
});

test("an app that is there is left as it is", () => {
  newApp(platform.root, wanted);
  platform.git("add", "--all");
  assert.throws(() => newApp(platform.root, { ...wanted, port: 3000 }), /already/);
  assert.ok(changed().every((line) => line.startsWith("A  apps/greeter/")));
});

test("a write that fails in the middle leaves nothing", (context) => {
  let files = 0;
  const write = fs.writeFileSync;
  context.mock.method(fs, "writeFileSync", (...args: Parameters<typeof write>) => {
    files += 1;
    if (files === 5) throw new Error("no space left on device");
    write(...args);
  });
  assert.throws(() => newApp(platform.root, wanted), /no space left/);
  assert.deepEqual(changed(), [""]);
  assert.deepEqual(fs.readdirSync(path.join(platform.root, ".trinity")), []);
});

const refusals: readonly [string, object, RegExp][] = [
  ["a cloud's name", { name: "aws" }, /none of the platform's own names \(aws, [^]*at name/],
  ["Argo CD's namespace", { name: "argocd" }, /none of the platform's own names/],
  ["Kubernetes' own namespaces", { name: "kube-system" }, /none of the platform's own names/],
  ["a word that YAML has for nothing", { name: "null" }, /none of the words that YAML has for other things[^]*at name/],
  ["a word that kustomize takes for a truth value", { name: "no" }, /none of the words/],
  ["an upper-case name", { name: "Greeter" }, /lower-case letters, digits and hyphens[^]*at name/],
  ["a path", { name: "../greeter" }, /lower-case letters/],
  ["a name too long", { name: "a".repeat(41) }, /40[^]*at name/],
  ["a name that ECR refuses", { name: "a--b" }, /ECR repository name "trinity-dev-aws-a--b".*ECR API CreateRepository/],
  ["a port for root", { port: 80 }, /The port is 80, must be 1024 to 65535/],
  ["the metrics' port", { port: 9090 }, /The port is 9090, .* which is the metrics'/],
  ["no number", { port: Number("x") }, /at port/],
  ["an owner of two lines", { owner: "a\nb" }, /The owner is "a\\nb", must be one line/],
  ["an environment without stacks", { environments: ["staging"] }, /stacks\/Pulumi\.staging-aws\.yaml does not exist/],
  ["a cloud twice", { clouds: ["aws", "aws"] }, /each cloud once/],
];

for (const [what, part, expected] of refusals) {
  test(`refused before anything is written: ${what}`, () => {
    assert.throws(
      () => newApp(platform.root, { ...wanted, ...part }),
      (error) => error instanceof InputError && expected.test(error.message),
    );
    assert.deepEqual(changed(), [""]);
  });
}
