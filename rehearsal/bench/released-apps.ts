import * as fs from "node:fs";
import path from "node:path";
import type { CloudName } from "../../infra/clouds";
import { type AppOutputs, contractVersion } from "../../infra/contract";
import { cloneRepository } from "../fleet/working-copy";
import { repositoryRoot } from "../paths";
import { appNames, imageRepository, manyApps, writeApps, writeSettings } from "./many-apps";

/** A clone of the platform's repository in which many apps have been released, and its remote. */
export interface ReleasedApps {
  /** The clone's folder. */
  readonly folder: string;
  readonly apps: readonly string[];
  /** Says that Argo CD of every cloud reads from another address of the remote. */
  point(repository: string): void;
  /**
   * Commits what stands for a change of every app's sources, and writes what the apps' stacks put out then.
   *
   * @param digest of the image that they are built to
   * @returns folder of the outputs: `<env>-<app>.json`
   */
  build(env: string, digest: string): Promise<string>;
}

/**
 * Makes it, from what is committed in this repository.
 *
 * @param folder for the clone and what goes with it
 * @param remote folder of the bare repository
 */
export async function makeReleasedApps(folder: string, remote: string): Promise<ReleasedApps> {
  const copy = await cloneRepository(repositoryRoot, path.join(folder, "clone"), remote);
  const publish = async (message: string) => {
    await copy.git("add", "--all");
    await copy.git("commit", "--quiet", "--allow-empty", `--message=${message}`);
    await copy.git("push", "--quiet", remote, "HEAD:main");
    return copy.git("rev-parse", "HEAD");
  };
  const apps = appNames(manyApps);
  const released = { tag: `sha-${await copy.git("rev-parse", "HEAD")}`, digest: `sha256:${"0".repeat(64)}` };
  writeSettings(copy.folder, remote);
  writeApps(copy.folder, apps, released);
  useOwnCommands(copy.folder);
  await publish("Add apps");
  let builds = 0;
  return {
    folder: copy.folder,
    apps,
    point: (repository) => {
      writeSettings(copy.folder, repository);
    },
    build: async (env, digest) => {
      builds += 1;
      // What was merged since.
      await copy.git("pull", "--quiet", "--ff-only", remote, "main");
      const commit = await publish("Change the apps' sources");
      const outputs = path.join(folder, "outputs", String(builds));
      fs.mkdirSync(outputs, { recursive: true });
      for (const app of apps) {
        fs.writeFileSync(path.join(outputs, `${env}-${app}.json`), JSON.stringify(outputsOf(app, env, commit, digest)));
      }
      return outputs;
    },
  };
}

/** `npm run trinity` of the clone is then this repository's, with what is changed in it and not committed. */
function useOwnCommands(clone: string): void {
  const file = path.join(clone, "package.json");
  const manifest = JSON.parse(fs.readFileSync(file, "utf8")) as { readonly scripts: Readonly<Record<string, string>> };
  const trinity = (manifest.scripts.trinity ?? "").replace("delivery/", `${repositoryRoot}/delivery/`);
  fs.writeFileSync(file, JSON.stringify({ ...manifest, scripts: { ...manifest.scripts, trinity } }));
}

function outputsOf(app: string, env: string, commit: string, digest: string): AppOutputs {
  const image = (cloud: CloudName) => `${imageRepository(app, env, cloud)}@${digest}`;
  const images = { aws: image("aws"), gcp: image("gcp"), azure: image("azure") };
  return { version: contractVersion, app, tag: `sha-${commit}`, digest, images };
}
