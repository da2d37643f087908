import { readFile, writeFile } from "node:fs/promises";
import { type Image, image, layer, mediaTypes } from "../../base-image/image";
import { type LayerEntry, tar } from "../../base-image/tar";
import type { Blob } from "../../base-image/push";

/** The name that nodes know the image by that every pod begins with. No registry has it: it is given to every node. */
export const pauseImage = "registry.rehearsal.internal/pause:1";

/**
 * The pause image for this machine's processor: the smallest one that runs.
 *
 * @param program the `pause` executable, which must need no libraries
 */
export async function makePauseImage(program: string): Promise<Image> {
  const contents = await layer([{ path: "pause", mode: 0o755, contents: await readFile(program) }]);
  const architecture = process.arch === "arm64" ? "arm64" : "amd64";
  return image(architecture, [contents], { Entrypoint: ["/pause"], User: "65535:65535" });
}

/** Writes the pause image as an archive that containerd takes (OCI image layout). */
export async function writePauseImage(program: string, archive: string): Promise<void> {
  const made = await makePauseImage(program);
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [
      {
        mediaType: mediaTypes.manifest,
        digest: made.manifest.digest,
        size: made.manifest.contents.length,
        platform: { architecture: made.architecture, os: "linux" },
        annotations: { "io.containerd.image.name": pauseImage },
      },
    ],
  };
  await writeFile(
    archive,
    tar([
      { path: "blobs", mode: 0o755 },
      { path: "blobs/sha256", mode: 0o755 },
      ...[...made.blobs, made.manifest].map(blobEntry),
      { path: "index.json", mode: 0o644, contents: Buffer.from(JSON.stringify(index)) },
      { path: "oci-layout", mode: 0o644, contents: Buffer.from(JSON.stringify({ imageLayoutVersion: "1.0.0" })) },
    ]),
  );
}

function blobEntry({ digest, contents }: Blob): LayerEntry {
  return { path: `blobs/${digest.replace(":", "/")}`, mode: 0o644, contents };
}
