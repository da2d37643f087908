import { readdir, rm, rmdir } from "node:fs/promises";
import * as path from "node:path";
import { endLeftover } from "../processes/leftovers";
import { bridgePrefix, clusterNetwork, removeBridges, runHash } from "./node/network";
import { eventually, recordsFolder } from "./program";

/** The control group that a cluster's containers are in, below each controller. */
export function controlGroup(folder: string, cluster: number): string {
  return `${controlGroupPrefix(folder)}${cluster.toString(16)}`;
}

function controlGroupPrefix(folder: string): string {
  return `trinity-${runHash(folder).slice(0, 12)}-`;
}

/**
 * Removes all that an earlier run left: processes, network devices, control groups and files.
 *
 * @throws Error when the earlier run still runs
 */
export async function removeLeftovers(folder: string): Promise<void> {
  const records = recordsFolder(folder);
  for (const record of await readdir(records).catch(() => [])) await endLeftover(path.join(records, record));
  await removeDevices(bridgePrefix(folder), controlGroupPrefix(folder));
  await rm(folder, { recursive: true, force: true });
}

/** Removes what a cluster's nodes leave outside of their namespaces, once their processes are gone. */
export async function removeClusterDevices(folder: string, cluster: number): Promise<void> {
  await removeDevices(clusterNetwork(folder, cluster).bridge, controlGroup(folder, cluster));
}

async function removeDevices(bridges: string, controlGroups: string): Promise<void> {
  // Elsewhere, and without root, no node has left any.
  if (process.platform !== "linux" || process.getuid?.() !== 0) return;
  await removeBridges(bridges);
  const root = "/sys/fs/cgroup";
  // Version 1 has a hierarchy for each controller, version 2 one for all.
  for (const hierarchy of [".", ...(await readdir(root).catch(() => []))]) {
    const parent = path.join(root, hierarchy);
    for (const name of await readdir(parent).catch(() => [])) {
      if (name.startsWith(controlGroups)) await removeGroup(path.join(parent, name));
    }
  }
}

/** A control group's folder goes when its subfolders have gone; its files cannot be removed, and need not be. */
async function removeGroup(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeGroup(path.join(folder, entry.name));
  }
  // Processes that were killed a moment ago may still be in it.
  const isGone = () =>
    rmdir(folder).then(
      () => true,
      () => false,
    );
  await eventually({}, `The control group ${folder} cannot be removed: processes are in it`, isGone, 10);
}
