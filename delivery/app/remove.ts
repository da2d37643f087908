import * as fs from "node:fs";
import * as path from "node:path";
import { InputError } from "../../infra/input-error";
import { checkAppName, readReleasedApp } from "../app-manifest";
import { messageOf } from "../failure";
import type { Context } from "../propose";
import { Cluster } from "../rollout/cluster";
import type { Location } from "../settings";
import { heldBy, removeFromCluster, type Target } from "./clusters";
import { AppFolder, proposeRemoval } from "./git";
import { type CloudStack, cloudStacks } from "./stacks";

/** What is removed, and how. */
export interface RemoveOptions extends Context {
  readonly app: string;
  /** Folder of files `<env>-<cloud>.yaml`: the clusters that the app is removed from. @default none is touched */
  readonly kubeconfigs?: string;
  /** Asked before anything is deleted, which cannot be undone. @returns whether to go on */
  readonly confirm: (what: string) => Promise<boolean>;
  /** Time between two looks at a cluster, in milliseconds. @default 1000 */
  readonly every?: number;
}

/**
 * Removes an app, as far as can be now: from Git first, by a pull request; from the clusters once that is merged. Each step
 * finds out what is left to do, so that the same command goes on where it stopped.
 *
 * @throws InputError for what was never an app, or a folder without kubeconfigs; RefusedError when Git's remote refuses;
 * Error naming the clusters that something is left in
 */
export async function removeApp(options: RemoveOptions): Promise<void> {
  const { app, root, report } = options;
  checkAppName(app);
  const stacks = cloudStacks(root);
  const folders = await openFolders(stacks, options);
  try {
    const manifest = folders.find((folder) => folder.manifest !== undefined)?.manifest;
    if (manifest === undefined) {
      const places = folders.map(({ where }) => where).join(" or ");
      throw new InputError(`There is no apps/${app} on ${places}, and there never was, so nothing is removed.`);
    }
    if (!(await isOutOfGit(folders, options))) return;
    if (!(await isOutOfClusters(folders, stacks, options))) return;
    const { environments } = readReleasedApp(app, manifest, "the branch before the removal");
    report(
      `3. Images: by hand. ${environments.map((env) => `pulumi destroy -s ${env}-${app}`).join(", ")}; then \`pulumi up\` of ` +
        `the clouds' stacks (${stacks.map((stack) => stack.name).join(", ")}) deletes the image repositories, if no deploy has. Where ` +
        `trinity:deletionProtection is true, one that holds images is kept: delete those first. On Azure the images are in ` +
        `the registry of all apps: \`az acr repository delete --repository ${app}\`.`,
    );
  } finally {
    await Promise.all(folders.map(({ repository }) => repository.close()));
  }
}

/** One for each branch that some Argo CD reads. */
async function openFolders(stacks: readonly CloudStack[], options: RemoveOptions): Promise<AppFolder[]> {
  const places = new Set(stacks.map(({ location }) => JSON.stringify(location)));
  const opened = await Promise.allSettled(
    [...places].map((place) => AppFolder.open(options.app, JSON.parse(place) as Location, options)),
  );
  const folders = opened.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = opened.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await Promise.all(folders.map(({ repository }) => repository.close()));
    throw failed.reason;
  }
  return folders;
}

/** Step 1. @returns whether it is done */
async function isOutOfGit(folders: readonly AppFolder[], options: RemoveOptions): Promise<boolean> {
  const { app, report } = options;
  for (const folder of folders) {
    report(
      folder.exists
        ? `1. Git: next. apps/${app} is on ${folder.where}; ${await proposeRemoval(folder, options)}. Merge it, then run this again.`
        : `1. Git: done. apps/${app} is not on ${folder.where}.`,
    );
  }
  return folders.every(({ exists }) => !exists);
}

/** Step 2. @returns whether it is done, in every cluster */
async function isOutOfClusters(
  folders: readonly AppFolder[],
  stacks: readonly CloudStack[],
  options: RemoveOptions,
): Promise<boolean> {
  const { app, kubeconfigs, report } = options;
  if (kubeconfigs === undefined) {
    report(
      `2. Clusters: next. The Application, the namespace with everything in it, and the AppProject ${app} are still there. Put ` +
        `the clusters' kubeconfigs into a folder (pulumi stack output kubeconfig --show-secrets -s <stack> > ` +
        `<folder>/<stack>.yaml) and run this again with --kubeconfigs <folder>.`,
    );
    return false;
  }
  const targets = openTargets(folders, stacks, kubeconfigs, options);
  try {
    // All are asked before anything is deleted in one of them.
    const held = await Promise.all(targets.map(async (target) => ({ target, kinds: await heldBy(target, app) })));
    const left = held.filter(({ kinds }) => kinds.length > 0);
    for (const { target } of held.filter(({ kinds }) => kinds.length === 0)) {
      report(`2. Clusters: ${target.stack} done, nothing of ${app} is there.`);
    }
    const listed = left.map(({ target, kinds }) => `${target.stack} (${kinds.join(", ")})`).join(", ");
    if (left.length > 0 && !(await options.confirm(`what ${app} has in ${listed}`))) {
      report("2. Clusters: nothing was deleted.");
      return false;
    }
    await removeFromClusters(
      left.map(({ target }) => target),
      options,
    );
    const others = stacks.map(({ name }) => name).filter((name) => targets.every(({ stack }) => stack !== name));
    if (others.length === 0) return true;
    report(
      `2. Clusters: next for ${others.join(", ")}, which may still run ${app}. Put their kubeconfigs into ${kubeconfigs}, too, ` +
        `and run this again.`,
    );
    return false;
  } finally {
    for (const { cluster } of targets) cluster.close();
  }
}

/** The clusters that there are kubeconfigs of. */
function openTargets(
  folders: readonly AppFolder[],
  stacks: readonly CloudStack[],
  kubeconfigs: string,
  { report, signal, every }: RemoveOptions,
): Target[] {
  const targets = stacks.flatMap(({ name, cloud, location }): Target[] => {
    const where = path.join(kubeconfigs, `${name}.yaml`);
    if (!fs.existsSync(where)) {
      report(`2. Clusters: ${name} is left alone, since there is no ${where}.`);
      return [];
    }
    const text = fs.readFileSync(where, "utf8");
    const folder = folders.find((one) => JSON.stringify(one.location) === JSON.stringify(location));
    return [
      {
        stack: name,
        cluster: new Cluster(cloud, where, text, signal),
        isGoneIn: (commit) => folder?.isGoneIn(commit) ?? Promise.resolve(false),
        every,
      },
    ];
  });
  if (targets.length === 0) {
    const files = stacks.map(({ name }) => `${name}.yaml`).join(", ");
    throw new InputError(`${kubeconfigs} holds none of ${files}, so no cluster can be reached.`);
  }
  return targets;
}

/** Side by side; a fault in one ends no other. */
async function removeFromClusters(targets: readonly Target[], { app, report, signal }: RemoveOptions): Promise<void> {
  const outcomes = await Promise.allSettled(
    targets.map(async (target) => {
      report(`2. Clusters: ${target.stack}: deleting; load balancers take minutes.`);
      await removeFromCluster(target, app);
      report(`2. Clusters: ${target.stack} done.`);
    }),
  );
  signal.throwIfAborted();
  const faults = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [messageOf(outcome.reason)] : []));
  if (faults.length > 0) {
    throw new Error(`${faults.join("\n")}\nThe rest is done. Run the same command again to go on.`);
  }
}
