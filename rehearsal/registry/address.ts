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
 * Address of a host's repository in the one backend: the host becomes the first part of the name, so that two hosts'
 * repositories of one name stay apart.
 *
 * @param target path and query, as the client sent them
 */
export function toBackend(host: string, target: string): string {
  const url = new URL(target, "http://registry");
  const from = url.searchParams.get("from");
  if (from !== null) {
    // A blob is to be mounted from another repository of the same host.
    url.searchParams.set("from", `${host}/${from}`);
  }
  return `/v2/${host}${url.pathname.slice("/v2".length)}${url.search}`;
}

/** Turns an address in an answer of the backend into the client's: the opposite of {@link toBackend}. */
export function fromBackend(host: string, value: string): string {
  return value.replace(`/v2/${host}/`, "/v2/");
}
