import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import type { Stage } from "./stage";

/** What an action is played with. */
export interface Played {
  readonly stage: Stage;
  readonly workspace: string;
  readonly with: Readonly<Record<string, string>>;
}

type Play = (played: Played) => Readonly<Record<string, string>> | undefined;

/** The machine of a walk has them already. */
const installed: Play = () => undefined;

/**
 * The actions of others, each by a stand-in that does what the workflows here ask of it; any other one is an error. Inputs
 * that a stand-in does not know are errors, too.
 */
const stands: Readonly<Record<string, { readonly inputs: readonly string[]; readonly play: Play }>> = {
  "actions/checkout": { inputs: ["persist-credentials", "fetch-depth", "ref"], play: checkOut },
  "actions/setup-node": { inputs: ["node-version", "package-manager-cache"], play: installed },
  "pulumi/actions": { inputs: ["pulumi-version"], play: installed },
  "google-github-actions/setup-gcloud": { inputs: ["version", "install_components"], play: installed },
  "Azure/use-kubelogin": { inputs: ["kubelogin-version"], play: installed },
  "docker/setup-buildx-action": { inputs: ["driver-opts", "cache-binary"], play: installed },
  "actions/upload-artifact": { inputs: ["name", "path", "if-no-files-found", "retention-days"], play: upload },
  "actions/download-artifact": { inputs: ["pattern", "path"], play: download },
  "actions/create-github-app-token": {
    inputs: ["client-id", "private-key", "permission-contents", "permission-pull-requests"],
    play: getToken,
  },
};

/**
 * @param uses such as `actions/checkout@<commit>`
 * @returns its outputs
 * @throws Error where the action would fail, and for an action or an input that is not played
 */
export function play(uses: string, played: Played): Readonly<Record<string, string>> {
  const stand = stands[uses.split("@")[0] ?? ""];
  if (stand === undefined) throw new Error(`${uses} is not played here: give it a stand-in.`);
  const unknown = Object.keys(played.with).filter((input) => !stand.inputs.includes(input));
  if (unknown.length > 0) throw new Error(`${uses}: the stand-in does not know ${unknown.join(", ")}.`);
  return stand.play(played) ?? {};
}

/** As GitHub's does, with `fetch-depth: 1` for one commit alone, so that a step that needs more fails here as well. */
function checkOut({ stage, workspace, with: { "fetch-depth": depth = "1", ref = stage.commit } }: Played): undefined {
  const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: workspace, stdio: "pipe" });
  git("init", "--quiet");
  git("remote", "add", "origin", stage.origin);
  git("fetch", "--quiet", ...(depth === "0" ? [] : [`--depth=${depth}`]), `file://${stage.origin}`, ref);
  git("checkout", "--quiet", "-B", "main", "FETCH_HEAD");
}

function artifacts(stage: Stage): string {
  return path.join(stage.folder, "artifacts");
}

function upload({
  stage,
  workspace,
  with: { name = "", path: from = "", "if-no-files-found": none },
}: Played): undefined {
  const source = path.join(workspace, from);
  const found = fs.existsSync(source) && fs.readdirSync(source).length > 0;
  if (!found) {
    if (none === "error") throw new Error(`No files were found with the provided path: ${from}.`);
    return;
  }
  const target = path.join(artifacts(stage), name);
  if (fs.existsSync(target)) throw new Error(`An artifact with the name ${name} is there already.`);
  fs.cpSync(source, target, { recursive: true });
}

/** Each artifact in a folder of its own. */
function download({ stage, workspace, with: { pattern = "", path: to = "" } }: Played): undefined {
  const all = fs.existsSync(artifacts(stage)) ? fs.readdirSync(artifacts(stage)) : [];
  for (const name of all.filter((name) => path.matchesGlob(name, pattern))) {
    fs.cpSync(path.join(artifacts(stage), name), path.join(workspace, to, name), { recursive: true });
  }
}

function getToken({ stage, with: { "client-id": id = "", "private-key": key = "" } }: Played) {
  if (id === "" || key === "") throw new Error("The app's id or its private key is empty.");
  return { token: stage.tokens.app };
}
