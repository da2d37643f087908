import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as https from "node:https";
import type { Registries } from "../../rehearsal/registry";

/** An answer of a registry. */
export interface Answer {
  readonly status: number;
  readonly location: string;
  readonly digest: string | undefined;
  /** `WWW-Authenticate` */
  readonly challenge: string;
  readonly text: string;
}

export interface Call {
  readonly method?: string;
  readonly body?: Buffer;
  readonly type?: string;
  /** User and password, colon between. @default the right one */
  readonly login?: string | undefined;
  /** The whole header, instead of a login. */
  readonly authorization?: string;
}

/** Sends requests as a registry client does: through the proxy, with the certificates and the login that it is given. */
export function registryClient({ environment, token }: Pick<Registries, "environment" | "token">) {
  const agent = new https.Agent({ proxyEnv: { HTTPS_PROXY: environment.HTTPS_PROXY } });
  const ca = fs.readFileSync(environment.SSL_CERT_FILE, "utf8");

  const call = async (host: string, path: string, options: Call = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { authorization } = options;
      const login = authorization !== undefined || "login" in options ? options.login : `AWS:${token}`;
      const request = https.request({
        host,
        path,
        agent,
        ca,
        method: options.method ?? "GET",
        auth: login,
        headers: {
          accept: "application/vnd.oci.image.manifest.v1+json",
          ...(options.body === undefined ? {} : { "content-length": options.body.length }),
          ...(options.type === undefined ? {} : { "content-type": options.type }),
          ...(authorization === undefined ? {} : { authorization }),
        },
      });
      request.once("error", reject);
      request.once("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.once("error", reject);
        response.once("end", () => {
          const digest = response.headers["docker-content-digest"];
          resolve({
            status: response.statusCode ?? 0,
            location: response.headers.location ?? "",
            digest: typeof digest === "string" ? digest : undefined,
            challenge: response.headers["www-authenticate"] ?? "",
            text,
          });
        });
      });
      request.end(options.body);
    });

  const pushBlob = async (host: string, name: string, contents: Buffer): Promise<Answer> => {
    const start = await call(host, `/v2/${name}/blobs/uploads/`, { method: "POST" });
    if (start.status !== 202) {
      return start;
    }
    const digest = `sha256:${createHash("sha256").update(contents).digest("hex")}`;
    return call(host, `${start.location}&digest=${digest}`, { method: "PUT", body: contents });
  };

  return {
    call,
    pushBlob,
    /** Pushes an image without layers; `label` makes its digest. */
    pushImage: async (host: string, name: string, tag: string, label: string): Promise<Answer> => {
      const config = Buffer.from(JSON.stringify({ architecture: "amd64", os: "linux", label }));
      const blob = await pushBlob(host, name, config);
      if (blob.status !== 201) {
        return blob;
      }
      const manifest = {
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: blob.digest, size: config.length },
        layers: [],
      };
      return call(host, `/v2/${name}/manifests/${tag}`, {
        method: "PUT",
        body: Buffer.from(JSON.stringify(manifest)),
        type: manifest.mediaType,
      });
    },
    close: () => {
      agent.destroy();
    },
  };
}
