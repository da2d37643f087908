import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as https from "node:https";
import * as zlib from "node:zlib";
import type { Services } from "../../rehearsal/services";

/** A manifest or an index, as far as it is looked at. */
interface Manifest {
  readonly mediaType: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly manifests?: readonly (Descriptor & {
    readonly platform: { readonly os: string; readonly architecture: string };
  })[];
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

/** The configuration of one platform's image (OCI image specification). */
export interface ImageConfig {
  readonly architecture: string;
  readonly created: string;
  readonly config: {
    readonly User: string;
    readonly ExposedPorts: Readonly<Record<string, unknown>>;
    readonly Env: readonly string[];
    readonly Entrypoint: readonly string[];
    readonly Cmd: readonly string[];
    readonly WorkingDir: string;
    readonly Labels: Readonly<Record<string, string>>;
  };
}

/** The image of one platform. */
export interface PulledImage {
  readonly platform: string;
  readonly config: ImageConfig;
  readonly layers: readonly Descriptor[];
}

/** Reads images as a node would: through the proxy, with the login. */
export function imageReader({ environment, token }: Pick<Services, "environment" | "token">) {
  const agent = new https.Agent({ proxyEnv: { HTTPS_PROXY: environment.HTTPS_PROXY } });
  const ca = fs.readFileSync(environment.SSL_CERT_FILE, "utf8");
  const accept = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/octet-stream",
  ].join(", ");
  const get = (repository: string, what: string): Promise<Buffer> => {
    const [host = "", ...name] = repository.split("/");
    const path = `/v2/${name.join("/")}/${what}`;
    return new Promise((resolve, reject) => {
      const request = https.get({ host, path, agent, ca, auth: `AWS:${token}`, headers: { accept } });
      request.once("error", reject);
      request.once("response", (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.once("error", reject);
        response.once("end", () => {
          if (response.statusCode === 200) {
            resolve(Buffer.concat(parts));
          } else {
            reject(new Error(`${repository} ${what}: ${response.statusCode ?? 0} ${Buffer.concat(parts).toString()}`));
          }
        });
      });
    });
  };
  const json = async <Value>(repository: string, what: string) =>
    JSON.parse((await get(repository, what)).toString()) as Value;
  return {
    /** The index at a digest and the images in it. */
    read: async (repository: string, digest: string) => {
      const index = await json<Manifest>(repository, `manifests/${digest}`);
      const images = (index.manifests ?? []).map(async ({ digest: named, platform }): Promise<PulledImage> => {
        const { config, layers } = await json<Manifest>(repository, `manifests/${named}`);
        return {
          platform: `${platform.os}/${platform.architecture}`,
          config: await json<ImageConfig>(repository, `blobs/${config.digest}`),
          layers,
        };
      });
      return { index, images: await Promise.all(images) };
    },
    /** A layer's archive, unpacked from gzip. */
    layer: async (repository: string, { digest }: Descriptor) =>
      zlib.gunzipSync(await get(repository, `blobs/${digest}`)),
    close: () => {
      agent.destroy();
    },
  };
}

/** A file, folder or link of a layer, as tar lists it. */
export interface ArchiveEntry {
  /** For instance `-rw-r--r--`. */
  readonly mode: string;
  readonly owner: string;
  /** For instance `2026-01-02 03:04:05`, in UTC. */
  readonly time: string;
  readonly path: string;
}

export function listArchive(archive: Buffer): ArchiveEntry[] {
  const listing = execFileSync("tar", ["--list", "--verbose", "--numeric-owner", "--full-time", "--file=-"], {
    input: archive,
    encoding: "utf8",
    env: { ...process.env, TZ: "UTC", LC_ALL: "C" },
  });
  return listing
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [mode = "", owner = "", , date = "", time = "", ...path] = line.split(/ +/);
      return { mode, owner, time: `${date} ${time}`, path: path.join(" ") };
    });
}

/** Unpacks a layer over those before it. Deletions (whiteouts) are no part of the images here. */
export function unpack(archive: Buffer, folder: string): void {
  execFileSync("tar", ["--extract", "--same-owner", "--preserve-permissions", "--file=-", "-C", folder], {
    input: archive,
  });
}
