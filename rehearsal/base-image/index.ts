import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Registries } from "../registry";
import { standInHost } from "../registry/hosts";
import { buildContents, foreignContents, nonRoot, standInContents } from "./contents";
import { type Architecture, type Image, image, index, layer, mediaTypes } from "./image";
import { npmPackage, npmRelease } from "./npm";
import { type Blob, pushBlob, pushManifest } from "./push";

/** Repositories of the stand-ins, in the rehearsal's own registry. */
const repositories = { base: "stand-in/nodejs24", build: "stand-in/node" };

/** Where the stand-ins are, `<host>/<repository>@<digest>` each. */
export interface StandIns {
  /** What the app's image stands on: the build argument `NODE_IMAGE`. Several platforms. */
  readonly base: string;
  /** What it is built with: the build argument `BUILD_IMAGE`. For this machine's processor. */
  readonly build: string;
}

/** Platforms of the stand-in base image: the value of the setting `trinity:platforms` in a rehearsal. */
export const standInPlatforms = ["linux/amd64", "linux/arm64"] as const;

/**
 * Sees to it that the stand-ins are in the rehearsal's own registry. They stand in for real images, which a rehearsal
 * without network cannot pull: Node.js from npm, this machine's C libraries, and npm.
 *
 * Only the part for this machine's processor can run. For the other one the base image is there, so that one build gives
 * both platforms as it does for real, but without Node.js: nothing runs in it while an image is built.
 *
 * Assembled here as OCI images and pushed as they are: there is nothing to run in them. The tag is the digest of all
 * inputs, so a second run finds them.
 *
 * @param onBuild called when they have to be made
 */
export async function ensureStandIns(registries: Registries, onBuild?: () => void): Promise<StandIns> {
  const node = nodeBinary();
  const tag = inputsDigest(node).slice(0, 32);
  const names = [repositories.base, repositories.build].map((name) => `${standInHost}/${name}`);
  const present = await Promise.all(names.map((name) => registries.manifest(`${name}:${tag}`)));
  const [base, build] = present.map((digest, at) =>
    digest === undefined ? undefined : `${names[at] ?? ""}@${digest}`,
  );
  if (base !== undefined && build !== undefined) {
    return { base, build };
  }
  onBuild?.();
  const own = ownArchitecture();
  const [system, npm] = await Promise.all([
    standInContents(node).then((entries) => layer(entries)),
    npmPackage().then((entries) => layer(buildContents(entries))),
  ]);
  const foreign = await layer(foreignContents(`linux/${other(own)}`));
  const parts = [image(own, [system], baseConfig), image(other(own), [foreign], baseConfig)];
  const both = index(parts);
  const builder = image(own, [system, npm], buildConfig);
  for (const part of parts) {
    await pushBlobs(registries, repositories.base, part);
    await push(registries, repositories.base, part.manifest.digest, part.manifest, mediaTypes.manifest);
  }
  await push(registries, repositories.base, tag, both, mediaTypes.index);
  await pushBlobs(registries, repositories.build, builder);
  // Last, since both are taken for there when this one is.
  await push(registries, repositories.build, tag, builder.manifest, mediaTypes.manifest);
  return {
    base: `${standInHost}/${repositories.base}@${both.digest}`,
    build: `${standInHost}/${repositories.build}@${builder.manifest.digest}`,
  };
}

/** This machine's processor; the table of tools has no other. */
function ownArchitecture(): Architecture {
  return process.arch === "arm64" ? "arm64" : "amd64";
}

function other(architecture: Architecture): Architecture {
  return architecture === "arm64" ? "amd64" : "arm64";
}

const standInLabel = { "dev.trinity.stand-in": "Stands in for a real image; never for production" };

/** As distroless images have it. */
const baseConfig = {
  User: `${nonRoot}:${nonRoot}`,
  Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
  Entrypoint: ["/nodejs/bin/node"],
  WorkingDir: "/home/nonroot",
  Labels: standInLabel,
};

/** As the official Node.js image has it, apart from its shell. */
const buildConfig = {
  Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
  Cmd: ["node"],
  Labels: standInLabel,
};

async function pushBlobs({ backend }: Registries, repository: string, { blobs }: Image): Promise<void> {
  for (const content of blobs) {
    await pushBlob(backend, standInHost, repository, content);
  }
}

async function push(
  { backend }: Registries,
  repository: string,
  reference: string,
  manifest: Blob,
  type: string,
): Promise<void> {
  await pushManifest(backend, standInHost, repository, reference, manifest, type);
}

/** Node.js of the npm package for this processor, or the one that runs this. */
function nodeBinary(): string {
  try {
    return path.join(path.dirname(require.resolve(`node-linux-${process.arch}/package.json`)), "bin", "node");
  } catch {
    return process.execPath;
  }
}

/** Digest of what the images are made of: code, version of Node.js and npm, and the libraries by the C library. */
function inputsDigest(node: string): string {
  const hash = createHash("sha256");
  for (const name of ["index.ts", "contents.ts", "image.ts", "npm.ts", "tar.ts"]) {
    hash.update(fs.readFileSync(path.join(__dirname, name)));
  }
  const { size, mtimeMs } = fs.statSync(node);
  const report = process.report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  const glibc = report.header?.glibcVersionRuntime ?? "";
  return hash.update(`${node} ${size} ${mtimeMs} ${glibc} ${npmRelease.integrity}`).digest("hex");
}
