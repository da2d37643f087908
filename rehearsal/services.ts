import * as path from "node:path";
import { standInPlatforms } from "./base-image";
import { standInArguments } from "./base-image/arguments";
import { startBuildkit } from "./buildkit";
import { assertCanBuild } from "./buildkit/privilege";
import { type BuildSecrets, removeBuildSecrets, writeBuildSecrets } from "./npm/build-secrets";
import type { HomePaths } from "./paths";
import { type Outage, type OutageOptions } from "./registry/outage";
import { type Registries, type RegistryRules, type Sites, startRegistries } from "./registry";

/** What the services need. */
export interface ServicesOptions {
  readonly home: Pick<HomePaths, "root" | "registry" | "buildkit" | "config" | "logs">;
  /** Paths of the executables. */
  readonly tools: Readonly<Record<"registry" | "buildkitd" | "runc", string>>;
  /** What the simulated clouds say about their repositories. */
  readonly rules: RegistryRules;
  /** Further hosts to play for the same clients. @default none */
  readonly sites?: Sites;
  /** Gets one line for each step that takes time. */
  readonly onProgress?: (line: string) => void;
}

/** Registries and a builder on this machine, in the place of the clouds' own. */
export interface Services {
  /** For everything that pulls, pushes or builds: `HTTPS_PROXY`, `SSL_CERT_FILE`, `DOCKER_CONFIG`, `BUILDX_CONFIG`, … */
  readonly environment: Registries["environment"];
  /** Value of `trinity:builder`. */
  readonly builder: string;
  /** Value of `trinity:buildArguments`: the stand-ins of the images that a Dockerfile names, which are made when need be. */
  readonly buildArguments: (dockerfile: string) => Promise<Record<string, string>>;
  /** Value of `trinity:buildSecrets`: how npm inside a build reaches the registry that npm reaches here. */
  readonly buildSecrets: BuildSecrets;
  /** Value of `trinity:platforms`: those of the stand-in base image. */
  readonly platforms: readonly string[];
  /** Password of the registry logins: must be found in no state. */
  readonly token: string;
  /** Makes nodes' logins. */
  readonly tokens: Registries["tokens"];
  readonly outage: Pick<Outage, "begin" | "end">;
  /** Logs in to registry hosts, as each cloud's own command would. */
  readonly login: (...hosts: readonly string[]) => void;
  /** Digest of what a reference names; undefined when there is nothing. */
  readonly manifest: (reference: string) => Promise<string | undefined>;
  /** Ends what was started here, and nothing else. */
  stop(): Promise<void>;
}

export type { OutageOptions, RegistryRules };

/** Starts the registries and the builder, and sees to what builds need. @throws Error naming what is missing */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { home, tools, rules, sites, onProgress } = options;
  assertCanBuild();
  const registries = await startRegistries({
    root: home.root,
    data: home.registry,
    config: home.config,
    logs: home.logs,
    command: tools.registry,
    rules,
    sites,
  });
  const secrets = path.join(home.config, "npm");
  // All are waited for even if one fails, so that what did start can be stopped.
  const [buildkit, buildSecrets] = await Promise.allSettled([
    startBuildkit({
      root: home.root,
      data: home.buildkit,
      logs: home.logs,
      command: tools.buildkitd,
      runc: tools.runc,
      environment: registries.environment,
    }),
    writeBuildSecrets(secrets),
  ]);
  const stop = async () => {
    // Whatever else fails, no login stays behind.
    removeBuildSecrets(secrets);
    // The builder first, since it uses the registries.
    if (buildkit.status === "fulfilled") {
      await buildkit.value.stop();
    }
    await registries.stop();
  };
  if (buildkit.status === "rejected" || buildSecrets.status === "rejected") {
    await stop();
    const failed = [buildkit, buildSecrets].find(({ status }) => status === "rejected");
    throw (failed as PromiseRejectedResult).reason;
  }
  return {
    environment: registries.environment,
    builder: buildkit.value.builder,
    buildArguments: (dockerfile) =>
      standInArguments(dockerfile, registries, () => onProgress?.("making the stand-in base images (once)")),
    buildSecrets: buildSecrets.value,
    platforms: standInPlatforms,
    token: registries.token,
    tokens: registries.tokens,
    outage: registries.outage,
    login: registries.login,
    manifest: registries.manifest,
    stop,
  };
}
