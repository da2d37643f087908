import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { cloudNames } from "../../infra/clouds";
import { sdkVersion } from "../clouds/plugins";
import type { EngineHome } from "../engine/home";
import { runPulumi } from "../engine/pulumi";
import { prepareStack } from "../engine/stack-file";
import { repositoryRoot } from "../paths";
import { stackNames } from "../run/stacks";
import { median } from "./measure";

/** Providers that a preview of each cloud's stack starts; EKS's component brings a Kubernetes provider of its own. */
const providers = {
  aws: ["aws", "eks", "kubernetes", "kubernetes"],
  gcp: ["gcp", "kubernetes"],
  azure: ["azure-native", "kubernetes"],
} as const;

const runs = 3;

/** Previews of the cloud stacks beside the preview of an empty program. @returns lines for a person */
export async function benchStartUp(home: EngineHome): Promise<string[]> {
  const empty = await emptyProject(home);
  const baseline = await median(home.paths.pulumiHome, runs, () =>
    runPulumi(home, ["preview", "--stack", "empty"], { cwd: empty }),
  );
  const lines = [
    `preview of an empty program: ${baseline.seconds.toFixed(2)} s, ${baseline.programMegabytes.toFixed(0)} MB`,
  ];
  for (const cloud of cloudNames) {
    const stack = stackNames.cloud(cloud);
    const configFile = await prepareStack(home, repositoryRoot, stack);
    const cost = await median(home.paths.pulumiHome, runs, () =>
      runPulumi(home, ["preview", "--stack", stack], { configFile }),
    );
    const starts = await Promise.all(
      providers[cloud].map((name) => median(home.paths.pulumiHome, runs, () => startProvider(home, name))),
    );
    const providerSeconds = starts.reduce((sum, start) => sum + start.seconds, 0);
    const own = cost.seconds - providerSeconds;
    lines.push(
      `preview of ${stack}: ${cost.seconds.toFixed(2)} s, of which ${providerSeconds.toFixed(2)} s providers' start; ` +
        `${(own / baseline.seconds).toFixed(2)} times the empty program (goal 1.7); ` +
        `${cost.programMegabytes.toFixed(0)} MB (goal 250)`,
    );
  }
  return lines;
}

/** A project with a program that does nothing. */
async function emptyProject(home: EngineHome): Promise<string> {
  const folder = path.join(home.paths.root, "empty");
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "Pulumi.yaml"), stringify({ name: "empty", runtime: "nodejs" }));
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "empty", main: "index.js" }));
  fs.writeFileSync(path.join(folder, "index.js"), "");
  fs.rmSync(path.join(folder, "node_modules"), { force: true });
  fs.symlinkSync(path.join(repositoryRoot, "node_modules"), path.join(folder, "node_modules"));
  await runPulumi(home, ["stack", "init", "empty", "--no-select"], { cwd: folder });
  return folder;
}

/** Starts a provider and ends it when it says its port, which is when the engine goes on. */
async function startProvider(home: EngineHome, name: string): Promise<void> {
  const folder = path.join(home.paths.pulumiHome, "plugins", `resource-${name}-v${sdkVersion(name)}`);
  // An address of an engine that is never called.
  const provider = spawn(path.join(folder, `pulumi-resource-${name}`), ["127.0.0.1:1"]);
  await once(provider.stdout, "data");
  provider.kill("SIGKILL");
  await once(provider, "close");
}
