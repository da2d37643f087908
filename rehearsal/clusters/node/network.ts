import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import * as os from "node:os";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Where one cluster's pods, nodes and load balancers have their addresses: a bridge of this machine. */
export interface ClusterNetwork {
  /** The bridge's name. */
  readonly bridge: string;
  /** All of the cluster's addresses. */
  readonly subnet: string;
  /** The host, as pods see it. */
  readonly gateway: string;
  /** The address of a node, from 0 to 14. */
  node(index: number): string;
  /** The first and last address of a node's pods. */
  pods(index: number): { readonly first: string; readonly last: string };
  /** The address of a load balancer, from 1 to 254. */
  loadBalancer(index: number): string;
}

/** The prefix of the names of a run's bridges; Linux takes 15 bytes for a whole name. */
export function bridgePrefix(folder: string): string {
  return `trn${runHash(folder).slice(0, 8)}-`;
}

/** Names a run by its folder: two runs never share one. */
export function runHash(folder: string): string {
  return createHash("sha256").update(folder).digest("hex");
}

/**
 * The network of a run's cluster. A run takes 10.x.0.0/16, with x from 128 to 239 by the run's folder, and past what
 * other devices of this machine have; a cluster takes sixteenths of that.
 *
 * @param index of the cluster in the run, from 0 to 15
 * @throws Error when no such range is free
 */
export function clusterNetwork(folder: string, index: number): ClusterNetwork {
  const taken = takenRanges(bridgePrefix(folder));
  const first = Number.parseInt(runHash(folder).slice(0, 4), 16);
  const candidates = Array.from({ length: 112 }, (_, at) => 128 + ((first + at) % 112));
  const second = candidates.find((candidate) => !taken.has(candidate));
  if (second === undefined) {
    throw new Error("Pods need a free range of addresses, and all of 10.128.0.0/16 to 10.239.0.0/16 are in use here.");
  }
  const address = (part: number, last: number) => `10.${second}.${16 * index + part}.${last}`;
  return {
    bridge: `${bridgePrefix(folder)}${index.toString(16)}`,
    subnet: `${address(0, 0)}/20`,
    gateway: address(0, 1),
    node: (node) => address(node, 1),
    pods: (node) => ({ first: address(node, 10), last: address(node, 250) }),
    loadBalancer: (balancer) => address(15, balancer),
  };
}

/** The second numbers of the 10.x ranges that this machine's devices have, but for those with a given prefix. */
function takenRanges(own: string): ReadonlySet<number> {
  const others = Object.entries(os.networkInterfaces()).filter(([name]) => !name.startsWith(own));
  const addresses = others.flatMap(([, entries]) => (entries ?? []).map((entry) => entry.address));
  return new Set(addresses.flatMap((address) => /^10\.(\d+)\./.exec(address)?.slice(1).map(Number) ?? []));
}

/** Makes the bridge, unless it is there, and gives it an address. */
export async function addAddress({ bridge, subnet }: ClusterNetwork, address: string): Promise<void> {
  await ip(["link", "add", bridge, "type", "bridge"]).catch(async (error: unknown) => {
    // It is there already, perhaps since a moment ago: nodes of one cluster may start together.
    if (!(await bridges(bridge)).includes(bridge)) throw error;
  });
  await ip(["address", "replace", `${address}/${subnet.split("/")[1] ?? ""}`, "dev", bridge]);
  await ip(["link", "set", bridge, "up"]);
}

/** Removes bridges whose names begin with a prefix, and with them their addresses. None is no fault. */
export async function removeBridges(prefix: string): Promise<void> {
  for (const bridge of await bridges(prefix)) await ip(["link", "delete", bridge]);
}

function ip(args: readonly string[]): Promise<{ readonly stdout: string }> {
  return run("ip", args, { timeout: 10_000 });
}

async function bridges(prefix: string): Promise<string[]> {
  const { stdout } = await ip(["-oneline", "link", "show", "type", "bridge"]);
  return [...stdout.matchAll(/^\d+: ([^:@\s]+)/gm)].flatMap(([, name]) => (name?.startsWith(prefix) ? [name] : []));
}
