import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { type Blob, blob } from "./push";
import { type LayerEntry, tar } from "./tar";

const gzip = promisify(zlib.gzip);

/** Media types of the OCI image specification. */
export const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
};

/** A layer as it is stored, with the digest of what is in it. */
export interface Layer {
  readonly blob: Blob;
  readonly unpacked: string;
}

/** A processor, as image indexes name it. */
export type Architecture = "amd64" | "arm64";

/** An image of one platform, ready to be pushed. */
export interface Image {
  readonly architecture: Architecture;
  readonly blobs: readonly Blob[];
  readonly manifest: Blob;
}

export async function layer(entries: readonly LayerEntry[]): Promise<Layer> {
  const archive = tar(entries);
  // The fastest level: it costs 5 MB more and saves seconds.
  return { blob: blob(await gzip(archive, { level: 1 })), unpacked: blob(archive).digest };
}

/** @param config what a container of the image gets (OCI image specification, "config") */
export function image(architecture: Architecture, layers: readonly Layer[], config: unknown): Image {
  const described = json({
    architecture,
    os: "linux",
    config,
    rootfs: { type: "layers", diff_ids: layers.map(({ unpacked }) => unpacked) },
    history: layers.map(() => ({ created: "1970-01-01T00:00:00Z", created_by: "trinity rehearsal: stand-in" })),
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptor(mediaTypes.config, described),
    layers: layers.map(({ blob: stored }) => descriptor(mediaTypes.layer, stored)),
  });
  return { architecture, blobs: [...layers.map(({ blob: stored }) => stored), described], manifest };
}

/** One name for images of several platforms. */
export function index(images: readonly Image[]): Blob {
  return json({
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: images.map(({ architecture, manifest }) => ({
      ...descriptor(mediaTypes.manifest, manifest),
      platform: { architecture, os: "linux" },
    })),
  });
}

function json(value: unknown): Blob {
  return blob(Buffer.from(JSON.stringify(value)));
}

function descriptor(mediaType: string, { digest, contents }: Blob) {
  return { mediaType, digest, size: contents.length };
}
