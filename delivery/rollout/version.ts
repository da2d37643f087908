import type { Pod } from "./objects";

/** A version of an app, as an image reference names it. */
export interface Version {
  /** Undefined for a reference without one. */
  readonly tag?: string;
  /** `sha256:` and 64 hexadecimal digits; undefined for a reference without one. */
  readonly digest?: string;
}

/** How many pods run a version. */
export interface RunningVersion extends Version {
  readonly pods: number;
  /** Pods of them that take requests. */
  readonly ready: number;
}

/** The version that an app's container is to run: the container of the app's name, or else the first. */
export function readVersion(
  app: string,
  containers: readonly { readonly name: string; readonly image: string }[],
): Version {
  const container = containers.find(({ name }) => name === app) ?? containers[0];
  return readReference(container?.image ?? "");
}

/** Reads `<repository>:<tag>@<digest>`, in which tag and digest may be missing. */
export function readReference(image: string): Version {
  const [name = "", digest] = image.split("@");
  // A colon before the last slash is the host's port.
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  return { tag, digest };
}

/** Whether two versions are the same image: by digest, or by tag where there is none. */
export function sameVersion(a: Version, b: Version): boolean {
  return a.digest === undefined ? a.tag === b.tag : a.digest === b.digest;
}

/** A version as people read it: the tag, its commit shortened as Git does, and the beginning of the digest. */
export function shortVersion({ tag, digest }: Version): string {
  const name = tag?.replace(/[0-9a-f]{40}$/, (commit) => commit.slice(0, 7));
  const sum = digest?.replace("sha256:", "").slice(0, 7);
  return [name, sum].filter((part) => part !== undefined).join("@") || "nothing";
}

/**
 * What pods really run: the digest is what the node says that it has pulled, where it says so, and the tag what the pod
 * was made with. Pods that have ended do not count.
 *
 * @returns the version with the most pods first
 */
export function runningVersions(app: string, pods: readonly Pod[]): RunningVersion[] {
  const versions = new Map<string, RunningVersion>();
  for (const pod of pods.filter(isAlive)) {
    const asked = readVersion(app, pod.spec.containers);
    const statuses = pod.status?.containerStatuses ?? [];
    const imageId = (statuses.find(({ name }) => name === app) ?? statuses[0])?.imageID ?? "";
    // `<repository>@<digest>`; some runtimes give the digest of the image's configuration, which no registry knows.
    const version = { tag: asked.tag, digest: readReference(imageId).digest ?? asked.digest };
    const key = JSON.stringify(version);
    const { pods: count, ready } = versions.get(key) ?? { pods: 0, ready: 0 };
    versions.set(key, { ...version, pods: count + 1, ready: ready + (isReady(pod) ? 1 : 0) });
  }
  return [...versions.values()].sort((a, b) => b.pods - a.pods);
}

function isAlive({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status?.phase !== "Succeeded" && status?.phase !== "Failed";
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true;
}
