import type { PeerStatus } from "../stage/meta.js";

/** A cloud, as the server that answers knows it: another one, or itself. */
export interface CloudState extends Omit<PeerStatus, "tiles"> {
  /** Whether this is the server that answers. */
  readonly own: boolean;
}

/**
 * The clouds of an answer of `/api/meta`, the one that answers first.
 *
 * @throws TypeError if it is no such answer
 */
export function readMeta(text: string): CloudState[] {
  const meta: unknown = JSON.parse(text);
  const { draining, peers } = fieldsOf(meta);
  if (!Array.isArray(peers)) {
    throw new TypeError("the server's state has no list of peers");
  }
  const own = cloudOf(meta, true);
  return [
    draining === true ? { ...own, state: "out", reason: "it is shutting down" } : { ...own, state: "up" },
    ...peers.map((peer: unknown) => cloudOf(peer, false)),
  ];
}

function cloudOf(value: unknown, own: boolean): CloudState {
  const { cloud, region, version, digest, state, reason, latencyMilliseconds } = fieldsOf(value);
  return {
    cloud: textOf(cloud),
    region: textOf(region),
    version: textOf(version),
    digest: textOf(digest),
    state: state === "up" || state === "out" ? state : "unknown",
    ...(typeof reason === "string" && { reason }),
    ...(typeof latencyMilliseconds === "number" && { latencyMilliseconds }),
    own,
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) {
    throw new TypeError("the server's state is no object");
  }
  return { ...value };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
