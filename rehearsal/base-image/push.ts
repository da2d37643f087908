import { createHash } from "node:crypto";
import type { Backend } from "../registry/backend";
import { toBackend } from "../registry/address";

/** Contents with the digest that names them. */
export interface Blob {
  readonly digest: string;
  readonly contents: Buffer;
}

/** Names contents by their digest. */
export function blob(contents: Buffer): Blob {
  return { digest: `sha256:${createHash("sha256").update(contents).digest("hex")}`, contents };
}

/** Puts a blob into a repository (OCI distribution specification, "Pushing a blob monolithically"). */
export async function pushBlob(backend: Backend, host: string, name: string, content: Blob): Promise<void> {
  const start = await send(backend, "POST", toBackend(host, `/v2/${name}/blobs/uploads/`));
  const location = new URL(start.location, "http://registry");
  location.searchParams.set("digest", content.digest);
  await send(backend, "PUT", location.pathname + location.search, content.contents, "application/octet-stream");
}

/** Puts a manifest into a repository under a tag. */
export async function pushManifest(
  backend: Backend,
  host: string,
  name: string,
  tag: string,
  manifest: Blob,
  type: string,
): Promise<void> {
  await send(backend, "PUT", toBackend(host, `/v2/${name}/manifests/${tag}`), manifest.contents, type);
}

async function send(
  backend: Backend,
  method: string,
  path: string,
  body: Buffer = Buffer.alloc(0),
  type?: string,
): Promise<{ readonly location: string }> {
  const headers = { "content-length": body.length, ...(type === undefined ? {} : { "content-type": type }) };
  const request = backend.request({ method, path, headers });
  return new Promise((resolve, reject) => {
    request.once("error", reject);
    request.once("response", (answer) => {
      answer.setEncoding("utf8");
      let text = "";
      answer.on("data", (part: string) => (text += part));
      answer.once("end", () => {
        if (answer.statusCode === 201 || answer.statusCode === 202) {
          resolve({ location: answer.headers.location ?? "" });
        } else {
          reject(new Error(`${method} ${path}: the registry answered ${answer.statusCode}: ${text}`));
        }
      });
    });
    request.end(body);
  });
}
