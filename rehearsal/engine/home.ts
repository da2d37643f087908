import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { bundlePlugins, linkPlugins, sourcesDigest } from "../clouds/plugins";
import { type HomePaths, repositoryRoot, type SharedPaths } from "../paths";

/** The engine's own programs: absolute paths. */
export interface EngineTools {
  readonly pulumi: string;
  readonly languageHost: string;
  /** Needed only by app stacks. */
  readonly dockerBuild?: string;
}

/** How to start the engine in a home: what its environment must hold. */
export interface EngineHome {
  readonly paths: HomePaths;
  /** Folder of the Pulumi project that the stacks run from: this repository, or a working copy of it. */
  readonly project: string;
  readonly pulumi: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Makes a home ready for the engine: folders, passphrase, plugins. Cheap when everything is there.
 *
 * @param shared where the bundles of the simulated clouds are kept, for all homes
 * @param project see {@link EngineHome}. @default this repository
 */
export async function prepareHome(
  paths: HomePaths,
  shared: SharedPaths,
  tools: EngineTools,
  project: string = repositoryRoot,
): Promise<EngineHome> {
  for (const folder of [paths.pulumiHome, paths.state, paths.settings, paths.logs]) {
    fs.mkdirSync(folder, { recursive: true });
  }
  const bundles = await currentBundles(shared);
  linkPlugins(paths.pulumiHome, bundles, paths.clouds);
  const bin = path.join(paths.root, "bin");
  // Only these two: the engine would warn about any plugin that it finds on PATH.
  link(tools.pulumi, path.join(bin, "pulumi"));
  link(tools.languageHost, path.join(bin, "pulumi-language-nodejs"));
  if (tools.dockerBuild !== undefined) {
    link(
      tools.dockerBuild,
      path.join(paths.pulumiHome, "plugins", dockerBuildFolder(), "pulumi-resource-docker-build"),
    );
  }
  return { paths, project, pulumi: path.join(bin, "pulumi"), environment: environment(paths, bin) };
}

function environment(paths: HomePaths, bin: string): Record<string, string> {
  const node = path.join(repositoryRoot, "node_modules/.bin");
  return {
    PATH: [bin, node, process.env.PATH ?? ""].join(path.delimiter),
    PULUMI_HOME: paths.pulumiHome,
    PULUMI_BACKEND_URL: `file://${paths.state}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(paths),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The rehearsal's state is thrown away with its home: no copies of every checkpoint.
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // `nodeargs` of Pulumi.yaml, which the language host that can be built from Go modules does not pass on.
    NODE_OPTIONS: nodeArguments(),
  };
}

function nodeArguments(): string {
  const { runtime } = load(fs.readFileSync(path.join(repositoryRoot, "Pulumi.yaml"), "utf8")) as {
    readonly runtime: { readonly options: { readonly nodeargs: string } };
  };
  return runtime.options.nodeargs;
}

/** A random passphrase for the home's secrets; readable by its owner only. */
function passphraseFile(paths: HomePaths): string {
  const file = path.join(paths.root, "passphrase");
  if (!fs.existsSync(file)) {
    const temporary = `${file}.${process.pid}`;
    fs.writeFileSync(temporary, randomBytes(24).toString("base64url"), { mode: 0o600 });
    // A link, not a rename: the first of two processes wins, and the other uses its passphrase.
    try {
      fs.linkSync(temporary, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        throw error;
      }
    } finally {
      fs.rmSync(temporary);
    }
  }
  return file;
}

/** The folder of the bundles, made anew when a source has changed. One folder for each state of the sources. */
async function currentBundles(shared: SharedPaths): Promise<string> {
  const build = path.join(shared.root, "build");
  const folder = path.join(build, `clouds-${sourcesDigest().slice(0, 16)}`);
  if (!fs.existsSync(folder)) {
    removeOldBundles(build);
    const temporary = `${folder}.${process.pid}`;
    await bundlePlugins(temporary);
    try {
      fs.renameSync(temporary, folder);
    } catch (error) {
      fs.rmSync(temporary, { recursive: true });
      if (!fs.existsSync(folder)) {
        throw error;
      }
    }
  }
  const now = new Date();
  fs.utimesSync(folder, now, now);
  return folder;
}

/** Another process may still run on bundles that were asked for lately: they stay for a day after that. */
const keptMilliseconds = 24 * 60 * 60 * 1000;

function removeOldBundles(build: string): void {
  const names = fs.existsSync(build) ? fs.readdirSync(build) : [];
  for (const folder of names.filter((name) => name.startsWith("clouds-")).map((name) => path.join(build, name))) {
    const asked = fs.statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
    if (asked !== undefined && asked < Date.now() - keptMilliseconds) {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }
}

function dockerBuildFolder(): string {
  const { version } = JSON.parse(fs.readFileSync(require.resolve("@pulumi/docker-build/package.json"), "utf8")) as {
    readonly version: string;
  };
  return `resource-docker-build-v${version}`;
}

function link(target: string, name: string): void {
  fs.mkdirSync(path.dirname(name), { recursive: true });
  if (fs.existsSync(name) && fs.readlinkSync(name) === target) {
    return;
  }
  const temporary = `${name}.${process.pid}`;
  fs.symlinkSync(target, temporary);
  fs.renameSync(temporary, name);
}
