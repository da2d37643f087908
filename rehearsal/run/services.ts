import { cloudNames } from "../../infra/clouds";
import { registryRules } from "../clouds/registry-rules";
import type { EngineHome } from "../engine/home";
import type { Progress } from "../engine/operation";
import { startServices, type Services } from "../services";
import type { Workshop } from "../workshop";
import { environment } from "./stacks";
import { readCloudOutputs } from "./outputs";

const toolNames = ["registry", "buildkitd", "runc"] as const;

/** Starts the registries, which ask the simulated clouds what exists, and the builder. The caller stops them. */
export async function openServices(workshop: Workshop, home: EngineHome, onProgress: Progress): Promise<Services> {
  return startServices({
    home: home.paths,
    tools: await workshop.tools(toolNames, onProgress),
    rules: registryRules(home.paths.clouds),
    onProgress,
  });
}

/**
 * Settings of an app's stack in a rehearsal: the clouds that are up, this machine's builder, and what builds
 * need. Logs in to the clouds' registries on the way, as each cloud's own command would.
 */
export function appSettings(home: EngineHome, services: Services): Record<string, unknown> {
  const clouds = cloudNames.flatMap((cloud) => readCloudOutputs(home, environment, cloud) ?? []);
  services.login(...clouds.map(({ registry }) => registry.host));
  return {
    // With none up, the app's own: its program then names the cloud's stack that is missing.
    ...(clouds.length > 0 ? { "trinity:clouds": clouds.map(({ cloud }) => cloud) } : {}),
    "trinity:builder": services.builder,
    "trinity:platforms": services.platforms,
    "trinity:buildArguments": services.buildArguments,
    "trinity:buildSecrets": services.buildSecrets,
  };
}
