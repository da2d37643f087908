import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Image } from "../../delivery/image";
import { overlayFile, readImage } from "../../delivery/overlay";
import type { CloudName } from "../../infra/clouds";
import { cloudNames } from "../../infra/clouds";
import type { AppOutputs } from "../../infra/contract";

/** A platform's repository in a temporary folder: a clone, its bare remote, and commits whose tags can be released. */
export interface Platform {
  readonly folder: string;
  /** The user's clone. */
  readonly root: string;
  /** The bare remote. */
  readonly remote: string;
  /** Runs git in the clone; gives its trimmed output. */
  git(...args: readonly string[]): string;
  /** Runs git in the remote. */
  remoteGit(...args: readonly string[]): string;
  /** Commits something to main, in the clone and the remote; gives the commit. */
  commit(message: string, files?: Readonly<Record<string, string>>): string;
  /** Text of a file of a branch of the remote. */
  show(branch: string, file: string): string;
  /** Says that Argo CD of these clouds reads from another address. */
  point(repository: string, env?: string, clouds?: readonly CloudName[]): void;
  remove(): void;
}

/** What a platform begins with. */
export interface PlatformOptions {
  readonly apps?: readonly string[];
  /** Where the bare remote is made, below the platform's folder. @default remote.git */
  readonly remote?: string;
  readonly environments?: readonly string[];
}

/** Makes a platform whose apps were never released. */
export function makePlatform(options: PlatformOptions = {}): Platform {
  const { apps = ["mandelbrot"], environments = ["dev", "prod"] } = options;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-test-"));
  const root = path.join(folder, "clone");
  const remote = path.join(folder, options.remote ?? "remote.git");
  const run = (cwd: string, args: readonly string[]) =>
    execFileSync("git", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], env: identity }).trim();
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [file, contents] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      fs.writeFileSync(path.join(root, file), contents);
    }
  };
  const point: Platform["point"] = (repository, env, clouds = cloudNames) => {
    for (const one of env === undefined ? environments : [env]) {
      for (const cloud of clouds) write({ [`stacks/Pulumi.${one}-${cloud}.yaml`]: stackFile(repository) });
    }
  };
  fs.mkdirSync(root);
  run(root, ["init", "--quiet", "--initial-branch=main"]);
  fs.mkdirSync(path.dirname(remote), { recursive: true });
  run(root, ["init", "--quiet", "--bare", "--initial-branch=main", remote]);
  write({ "Pulumi.yaml": "name: trinity\nconfig:\n  trinity:project:\n    type: string\n    default: trinity\n" });
  point(remote);
  for (const app of apps) write(appFiles(app, environments));
  const platform: Platform = {
    folder,
    root,
    remote,
    git: (...args) => run(root, args),
    remoteGit: (...args) => run(remote, args),
    commit: (message, files = {}) => {
      write(files);
      run(root, ["add", "--all"]);
      run(root, ["commit", "--quiet", "--allow-empty", "--message", message]);
      run(root, ["push", "--quiet", remote, "HEAD:main"]);
      return run(root, ["rev-parse", "HEAD"]);
    },
    show: (branch, file) => run(remote, ["show", `${branch}:${file}`]),
    point,
    remove: () => {
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
  platform.commit("Begin");
  return platform;
}

const identity = {
  ...process.env,
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};

function stackFile(repository: string): string {
  return `config:\n  trinity:gitops:\n    repository: ${repository}\n`;
}

/** An app's folder, as small as one that can be rendered may be. */
export function appFiles(app: string, environments: readonly string[]): Record<string, string> {
  const overlays = environments.flatMap((env) =>
    cloudNames.map((cloud) => [`apps/${app}/deploy/overlays/${env}/${cloud}/kustomization.yaml`, overlay(app, env)]),
  );
  return {
    [`apps/${app}/app.yaml`]:
      `name: ${app}\nowner: platform\nport: 8080\nclouds: [aws, gcp, azure]\n` +
      `environments: [${environments.join(", ")}]\nrollout: canary\n`,
    [`apps/${app}/deploy/base/kustomization.yaml`]: "resources:\n  - rollout.yaml\n",
    [`apps/${app}/deploy/base/rollout.yaml`]: rollout(app),
    ...(Object.fromEntries(overlays) as Record<string, string>),
  };
}

function overlay(app: string, env: string): string {
  return `# What runs in ${env}.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ${app}
resources:
  - ../../../base # one for all clouds
images:
  # A release writes here, and nowhere else.
  - name: ${app}
`;
}

function rollout(app: string): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: ${app}
spec:
  selector: { matchLabels: { app: ${app} } }
  template:
    metadata: { labels: { app: ${app} } }
    spec:
      containers:
        - name: ${app}
          image: ${app}
`;
}

/** The image repositories that the platform's names give an app. */
export function repositories(app: string, env: string): Record<CloudName, string> {
  return {
    aws: `111122223333.dkr.ecr.us-east-1.amazonaws.com/trinity-${env}-aws-${app}`,
    gcp: `us-central1-docker.pkg.dev/trinity-k8s/trinity-${env}-gcp-${app}/${app}`,
    azure: `trinity${env}azureacr.azurecr.io/${app}`,
  };
}

/** A digest that only this text has. */
export function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** Outputs of an app's stack after the build of a commit. */
export function outputsOf(
  app: string,
  commit: string,
  env = "dev",
  clouds: readonly CloudName[] = cloudNames,
): AppOutputs {
  const digest = digestOf(app + commit);
  const all = repositories(app, env);
  const images = Object.fromEntries(clouds.map((cloud) => [cloud, `${all[cloud]}@${digest}`]));
  return { version: 1, app, tag: `sha-${commit}`, digest, images };
}

/** What an overlay of a branch of the remote names: the one of mandelbrot for dev on AWS, unless told otherwise. */
export function imageOn(
  platform: Platform,
  branch: string,
  { app = "mandelbrot", env = "dev", cloud = "aws" }: { app?: string; env?: string; cloud?: CloudName } = {},
): Image | undefined {
  const file = overlayFile(app, env, cloud);
  return readImage(file, platform.show(branch, file), app);
}

/** Everything of a clone that a release must leave alone: HEAD, branches, index, working tree. */
export function stateOf(platform: Platform): string {
  const index = createHash("sha256").update(fs.readFileSync(path.join(platform.root, ".git/index")));
  return [
    platform.git("rev-parse", "HEAD"),
    platform.git("for-each-ref"),
    platform.git("status", "--porcelain=v1", "--untracked-files=all"),
    index.digest("hex"),
  ].join("\n");
}

/** Merges a branch of the remote by squash, as whoever opened the pull request would, and brings the clone up to date. */
export function mergeBranch(platform: Platform, branch: string): void {
  const tree = platform.remoteGit("merge-tree", "--write-tree", "main", branch);
  const commit = platform.remoteGit("commit-tree", tree, "-p", "main", "-m", `Merge ${branch}`);
  platform.remoteGit("update-ref", "refs/heads/main", commit);
  platform.git("pull", "--quiet", platform.remote, "main");
}

/** Writes outputs of an environment's cloud stacks, as far as a promotion reads them, to `<folder>/<stack>.json`. */
export function writeCloudOutputs(folder: string, env: string, app: string): void {
  fs.mkdirSync(folder, { recursive: true });
  for (const [cloud, repository] of Object.entries(repositories(app, env))) {
    const outputs = {
      version: 1,
      cloud,
      env,
      region: "somewhere",
      cluster: { name: `trinity-${env}-${cloud}`, endpoint: "https://cluster.example.com", kubernetesVersion: "1.35" },
      registry: { host: repository.slice(0, repository.indexOf("/")), repositories: { [app]: repository } },
      gitops: { namespace: "argocd", application: "root", repository: "-", revision: "HEAD", path: "gitops/root" },
      kubeconfig: "[secret]",
    };
    fs.writeFileSync(path.join(folder, `${env}-${cloud}.json`), JSON.stringify(outputs));
  }
}
