/** A request path of the OCI distribution API, taken apart. */
export interface RegistryAddress {
  /** Repository, for instance `trinity-k8s/trinity-dev-gcp-mandelbrot/mandelbrot`. */
  readonly name: string;
  readonly kind: "blobs" | "manifests" | "tags" | "referrers";
  /** What follows: a tag, a digest, `uploads/…`, `list`. */
  readonly rest: string;
}

const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const pattern = new RegExp(`^/v2/(${component}(?:/${component})*)/(blobs|manifests|tags|referrers)/(.+)$`);

/** Takes `/v2/<name>/<kind>/<rest>` apart; undefined for any other path, the catalogue's included. */
export function readAddress(path: string): RegistryAddress | undefined {
  const [, name, kind, rest] = pattern.exec(path) ?? [];
  return name === undefined || kind === undefined || rest === undefined
    ? undefined
    : { name, kind: kind as RegistryAddress["kind"], rest };
}

/** Whether a reference is a digest; otherwise it is a tag. */
export function isDigest(reference: string): boolean {
  return reference.includes(":");
}

/**
 * Where a host's repositories lie in the one backend: below the host, so that two hosts' repositories of one name stay
 * apart, and below the time at which they were made, so that one that was deleted and made anew holds no image of the
 * former.
 */
export function backendRoot(host: string, madeAt: number | undefined): string {
  return madeAt === undefined ? host : `${host}/${Math.round(madeAt)}`;
}

/**
 * Address of a repository in the backend.
 *
 * @param root {@link backendRoot}
 * @param target path and query, as the client sent them
 */
export function toBackend(root: string, target: string): string {
  const url = new URL(target, "http://registry");
  const from = url.searchParams.get("from");
  if (from !== null) {
    // A blob is to be mounted from another repository of the same host. From one of another time it is not found, and
    // the client sends it (OCI distribution specification, "Mounting a blob from another repository").
    url.searchParams.set("from", `${root}/${from}`);
  }
  return `/v2/${root}${url.pathname.slice("/v2".length)}${url.search}`;
}

/** Turns an address in an answer of the backend into the client's: the opposite of {@link toBackend}. */
export function fromBackend(root: string, value: string): string {
  return value.replace(`/v2/${root}/`, "/v2/");
}
