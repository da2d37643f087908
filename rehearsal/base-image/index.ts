import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import type { Registries } from "../registry";
import { standInHost } from "../registry/hosts";
import { nonRoot, standInContents } from "./contents";
import { blob, pushBlob, pushManifest } from "./push";
import { tar } from "./tar";

const gzip = promisify(zlib.gzip);

/** Repository of the stand-in base image. */
const repository = "stand-in/nodejs24";

const mediaTypes = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
};

/**
 * Sees to it that the stand-in base image is in the rehearsal's own registry. It stands in for a real base image, which
 * a rehearsal without network cannot pull: Node.js from npm and this machine's C libraries, for this machine's
 * processor only.
 *
 * Assembled here as an OCI image and pushed as it is: there is nothing to run in it. The tag is the digest of all its
 * inputs, so a second run finds it.
 *
 * @param onBuild called when it has to be made
 * @returns `<host>/<repository>@<digest>`, for the app's Dockerfile
 */
export async function ensureBaseImage(registries: Registries, onBuild?: () => void): Promise<string> {
  const node = nodeBinary();
  const tag = inputsDigest(node).slice(0, 32);
  const present = await registries.manifest(`${standInHost}/${repository}:${tag}`);
  if (present !== undefined) {
    return `${standInHost}/${repository}@${present}`;
  }
  onBuild?.();
  const archive = tar(await standInContents(node));
  // The fastest level: it costs 5 MB more and saves seconds.
  const layer = blob(await gzip(archive, { level: 1 }));
  const config = blob(Buffer.from(JSON.stringify(imageConfig(blob(archive).digest))));
  const manifest = blob(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.manifest,
        config: { mediaType: mediaTypes.config, digest: config.digest, size: config.contents.length },
        layers: [{ mediaType: mediaTypes.layer, digest: layer.digest, size: layer.contents.length }],
      }),
    ),
  );
  await pushBlob(registries.backend, standInHost, repository, layer);
  await pushBlob(registries.backend, standInHost, repository, config);
  await pushManifest(registries.backend, standInHost, repository, tag, manifest, mediaTypes.manifest);
  return `${standInHost}/${repository}@${manifest.digest}`;
}

/** The platform that the stand-in base image is for: the value of the setting `trinity:platforms` in a rehearsal. */
export function standInPlatform(): "linux/amd64" | "linux/arm64" {
  return process.arch === "arm64" ? "linux/arm64" : "linux/amd64";
}

function imageConfig(layerDigest: string): unknown {
  return {
    architecture: process.arch === "arm64" ? "arm64" : "amd64",
    os: "linux",
    config: {
      User: `${nonRoot}:${nonRoot}`,
      Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      Entrypoint: ["/nodejs/bin/node"],
      WorkingDir: "/home/nonroot",
      Labels: { "dev.trinity.stand-in": "Stands in for a real base image; never for production" },
    },
    rootfs: { type: "layers", diff_ids: [layerDigest] },
    history: [{ created: "1970-01-01T00:00:00Z", created_by: "trinity rehearsal: stand-in base image" }],
  };
}

/** Node.js of the npm package for this processor, or the one that runs this. */
function nodeBinary(): string {
  try {
    return path.join(path.dirname(require.resolve(`node-linux-${process.arch}/package.json`)), "bin", "node");
  } catch {
    return process.execPath;
  }
}

/** Digest of what the image is made of: code, version of Node.js, and the libraries by the machine's C library. */
function inputsDigest(node: string): string {
  const hash = createHash("sha256");
  for (const name of ["index.ts", "contents.ts", "tar.ts"]) {
    hash.update(fs.readFileSync(path.join(__dirname, name)));
  }
  const { size, mtimeMs } = fs.statSync(node);
  const report = process.report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  return hash.update(`${node} ${size} ${mtimeMs} ${report.header?.glibcVersionRuntime ?? ""}`).digest("hex");
}
