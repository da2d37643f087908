import * as fs from "node:fs/promises";
import * as path from "node:path";
import { cloudNames } from "../../infra/clouds";
import { readApp } from "../../infra/apps";
import { registryRules } from "../clouds/registry-rules";
import { nodePullRules } from "../clusters/pull";
import type { EngineHome } from "../engine/home";
import type { Progress } from "../engine/operation";
import type { RegistryRules, Sites } from "../registry";
import { startServices, type Services } from "../services";
import type { Workshop } from "../workshop";
import { environment } from "./stacks";
import { readCloudOutputs } from "./outputs";

const toolNames = ["registry", "buildkitd", "runc"] as const;

/** What the simulated clouds say of their registries: what exists, and which node may pull it. */
export function rulesOf({ paths }: Pick<EngineHome, "paths">): RegistryRules & ReturnType<typeof nodePullRules> {
  return { ...registryRules(paths.clouds), ...nodePullRules(paths.clouds) };
}

/**
 * Starts the registries, which ask the simulated clouds, and the builder. The caller stops them.
 *
 * @param sites further hosts to play. @default none
 */
export async function openServices(
  workshop: Workshop,
  home: EngineHome,
  onProgress: Progress,
  sites?: Sites,
): Promise<Services> {
  return startServices({
    home: home.paths,
    tools: await workshop.tools(toolNames, onProgress),
    rules: rulesOf(home),
    sites,
    onProgress,
  });
}

/**
 * Settings of an app's stack in a rehearsal: those of its clouds that are up, this machine's builder, and what builds
 * need. Logs in to the clouds' registries on the way, as each cloud's own command would.
 */
export async function appSettings(home: EngineHome, services: Services, app: string): Promise<Record<string, unknown>> {
  const runsOn = readApp(home.project, app).clouds;
  const clouds = cloudNames
    .filter((cloud) => runsOn.includes(cloud))
    .flatMap((cloud) => readCloudOutputs(home, environment, cloud) ?? []);
  services.login(...clouds.map(({ registry }) => registry.host));
  return {
    // With none up, the app's own: its program then names the cloud's stack that is missing.
    ...(clouds.length > 0 ? { "trinity:clouds": clouds.map(({ cloud }) => cloud) } : {}),
    "trinity:builder": services.builder,
    "trinity:platforms": services.platforms,
    "trinity:buildArguments": await services.buildArguments(
      await fs.readFile(path.join(home.project, "apps", app, "Dockerfile"), "utf8"),
    ),
    "trinity:buildSecrets": services.buildSecrets,
  };
}
