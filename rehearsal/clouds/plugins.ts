import * as esbuild from "esbuild";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { quote, writeExecutable } from "../executable";
import { repositoryRoot } from "../paths";

/** Packages whose providers are simulated, in the order of their folders here. */
export const simulatedPackages = ["aws", "eks", "gcp", "azure-native", "kubernetes"] as const;

export type SimulatedPackage = (typeof simulatedPackages)[number];

/**
 * Bundles the simulated providers into one file each, so that a provider starts in a fraction of the time that its
 * many source files would take.
 *
 * @param folder where the bundles go
 */
export async function bundlePlugins(folder: string): Promise<void> {
  const options: esbuild.BuildOptions = {
    outdir: folder,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    legalComments: "none",
    // 18 MB that only a real cluster needs: loaded from where it is installed.
    external: ["@kubernetes/client-node"],
    logLevel: "warning",
  };
  const [components, clouds] = [["eks"], simulatedPackages.filter((name) => name !== "eks")];
  await Promise.all([
    esbuild.build({ ...options, entryPoints: entries(clouds) }),
    // A component runs inside the SDKs, which load lazily from where they are installed.
    esbuild.build({ ...options, entryPoints: entries(components), packages: "external" }),
  ]);
}

function entries(names: readonly string[]) {
  return names.map((name) => ({ in: path.join(__dirname, name, "index.ts"), out: name }));
}

/** The version of the SDK that is installed: the engine asks for the provider of the same version. */
export function sdkVersion(name: string): string {
  const manifest = JSON.parse(fs.readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8")) as {
    readonly version: string;
  };
  return manifest.version;
}

/**
 * Puts the simulated providers where an engine with this home looks for plugins. Nothing is written when they are
 * there already.
 *
 * @param pulumiHome `PULUMI_HOME` of the engine
 * @param bundles the folder of {@link bundlePlugins}
 * @param worlds where the simulated clouds keep what they hold
 */
export function linkPlugins(pulumiHome: string, bundles: string, worlds: string): void {
  for (const name of simulatedPackages) {
    const version = sdkVersion(name);
    const script = [
      "#!/bin/sh",
      `export NODE_COMPILE_CACHE=${quote(path.join(bundles, "compile-cache"))}`,
      // Packages outside of a bundle are this repository's, wherever bundles are kept (`TRINITY_SHARED_HOME`).
      `export NODE_PATH=${quote(path.join(repositoryRoot, "node_modules"))}`,
      `exec ${[process.execPath, "--disable-warning=ExperimentalWarning", path.join(bundles, `${name}.cjs`), worlds, version].map(quote).join(" ")} "$@"`,
      "",
    ].join("\n");
    const folder = path.join(pulumiHome, "plugins", `resource-${name}-v${version}`);
    writeExecutable(path.join(folder, `pulumi-resource-${name}`), script);
  }
}

/** A digest of everything that goes into the bundles: the simulated clouds, what they import, and packages. */
export function sourcesDigest(): string {
  const hash = createHash("sha256").update(fs.readFileSync(path.join(repositoryRoot, "package-lock.json")));
  for (const folder of [__dirname, path.join(repositoryRoot, "infra")]) {
    for (const file of fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
      if (file.endsWith(".ts")) {
        hash.update(file).update(fs.readFileSync(path.join(folder, file)));
      }
    }
  }
  return hash.digest("hex");
}
