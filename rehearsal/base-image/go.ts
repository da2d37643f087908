import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Registries } from "../registry";
import { standInHost } from "../registry/hosts";
import { findGo, goContents } from "./go-contents";
import { type Architecture, image, layer, mediaTypes } from "./image";
import { pushBlob, pushManifest } from "./push";

const repository = "stand-in/golang";

/**
 * Sees to it that the stand-in of the official Go image is in the rehearsal's own registry: this machine's Go. It is for
 * this machine's processor only, since it compiles for the other one.
 *
 * @param onBuild called when it has to be made, which takes a few seconds
 * @returns `<host>/<repository>@<digest>`
 * @throws Error when there is no Go on this machine
 */
export async function ensureGoStandIn(
  { backend, manifest }: Pick<Registries, "backend" | "manifest">,
  onBuild?: () => void,
): Promise<string> {
  const go = await findGo();
  const architecture: Architecture = process.arch === "arm64" ? "arm64" : "amd64";
  const tag = inputsDigest(`${go.version} ${go.root} ${architecture}`).slice(0, 32);
  const name = `${standInHost}/${repository}`;
  const present = await manifest(`${name}:${tag}`);
  if (present !== undefined) {
    return `${name}@${present}`;
  }
  onBuild?.();
  const made = image(architecture, [await layer(await goContents(go))], config);
  for (const content of made.blobs) {
    await pushBlob(backend, standInHost, repository, content);
  }
  await pushManifest(backend, standInHost, repository, tag, made.manifest, mediaTypes.manifest);
  return `${name}@${made.manifest.digest}`;
}

/** As the official Go image has it, apart from its shell and its C compiler. */
const config = {
  Env: [
    "PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
    "GOTOOLCHAIN=local",
    "GOPATH=/go",
  ],
  WorkingDir: "/go",
  Labels: { "dev.trinity.stand-in": "Stands in for a real image; never for production" },
};

/** Digest of what the image is made of: code, and which Go. */
function inputsDigest(go: string): string {
  const hash = createHash("sha256");
  for (const name of ["go.ts", "go-contents.ts", "contents.ts", "image.ts", "tar.ts"]) {
    hash.update(fs.readFileSync(path.join(__dirname, name)));
  }
  return hash.update(go).digest("hex");
}
