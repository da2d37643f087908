import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { type RunningGitHub, type SimulatedRepository, startGitHub } from "../github";
import type { Sites } from "../registry";
import { loadExeca } from "../tools/execa";
import type { WorkingCopy } from "./working-copy";

/** Address of a repository on the simulated GitHub: whatever host the platform's settings name, it is played here. */
const address = /^https:\/\/([\w.-]+)\/([\w.-]+)\/([\w.-]+?)(?:\.git)?$/;

/** GitHub as this run needs it: the platform's repository, and Argo Rollouts' own. */
export interface FleetGitHub {
  /** Hosts to play, for {@link import("../registry").startRegistries}. */
  readonly sites: Sites;
  readonly token: string;
  /** For the delivery commands: where the API is, and the login. */
  readonly environment: Readonly<Record<string, string>>;
  /** Publishes the platform's repository: from then on `main` changes by pull requests only. */
  publish(copy: WorkingCopy): Promise<void>;
  /** Has the copy's last commits on `main` by a pull request, as everybody's are, and brings the copy up to date. */
  merge(copy: WorkingCopy, branch: string, title: string): Promise<void>;
  stop(): Promise<void>;
}

export interface FleetGitHubOptions {
  /** Folder of the bare repositories, begun anew. */
  readonly folder: string;
  /** Address of the platform's repository, as the settings name it. */
  readonly repository: string;
  /** Folder with the manifests that the Argo Rollouts project publishes, and the tag that the add-on names. */
  readonly rollouts: { readonly manifests: string; readonly tag: string };
  readonly signal: AbortSignal;
}

/** Starts it. @throws Error when the platform's repository is not reached by https */
export async function startFleetGitHub(options: FleetGitHubOptions): Promise<FleetGitHub> {
  const [, host = "", owner = "", name = ""] = address.exec(options.repository) ?? [];
  if (host === "") {
    throw new Error(
      `trinity:gitops names ${options.repository}, which cannot be played here: only https://<host>/<owner>/<name>.git.`,
    );
  }
  fs.rmSync(options.folder, { recursive: true, force: true });
  const token = randomBytes(24).toString("hex");
  const gitHub = await startGitHub({ folder: options.folder, token, signal: options.signal });
  const platform = await gitHub.repository(owner, name);
  platform.settings.deleteBranchOnMerge = true;
  await publishManifests(await gitHub.repository("argoproj", "argo-rollouts"), options.rollouts);
  return {
    sites: { [host]: gitHub.listener, "github.com": gitHub.listener },
    token,
    environment: { GH_TOKEN: token, GITHUB_SERVER_URL: `https://${host}`, GITHUB_API_URL: gitHub.api },
    publish: async (copy) => {
      await copy.git("push", "--quiet", platform.folder, "main");
      platform.protect();
    },
    merge: async (copy, branch, title) => {
      await copy.git("push", "--quiet", platform.folder, `HEAD:refs/heads/${branch}`);
      await mergePullRequest(gitHub, token, `${owner}/${name}`, branch, title);
      await copy.git("fetch", "--quiet", platform.folder, "main");
      await copy.git("reset", "--quiet", "--hard", "FETCH_HEAD");
    },
    stop: () => gitHub.stop(),
  };
}

async function mergePullRequest(
  { api }: Pick<RunningGitHub, "api">,
  token: string,
  repository: string,
  head: string,
  title: string,
): Promise<void> {
  const send = async (method: string, page: string, body: unknown) => {
    const answer = await fetch(`${api}/repos/${repository}/${page}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) {
      throw new Error(`the simulated GitHub refused ${method} ${page}: ${answer.status} ${await answer.text()}`);
    }
    return (await answer.json()) as unknown;
  };
  const { number } = z.object({ number: z.number() }).parse(await send("POST", "pulls", { title, head, base: "main" }));
  await send("PUT", `pulls/${number}/merge`, { merge_method: "squash" });
}

/** Puts the manifests where the add-on's kustomization looks for them. */
async function publishManifests(
  { folder }: Pick<SimulatedRepository, "folder">,
  { manifests, tag }: FleetGitHubOptions["rollouts"],
): Promise<void> {
  const { execa } = await loadExeca();
  const work = `${folder}.work`;
  fs.mkdirSync(work, { recursive: true });
  fs.cpSync(manifests, path.join(work, "manifests"), { recursive: true });
  const git = (...args: readonly string[]) =>
    execa("git", ["-c", "user.name=Rehearsal", "-c", "user.email=rehearsal@example.com", ...args], { cwd: work });
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  await git("commit", "--quiet", `--message=Manifests of ${tag}`);
  await git("tag", tag);
  await git("push", "--quiet", folder, "main", tag);
  fs.rmSync(work, { recursive: true });
}
