import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import path from "node:path";
import { dump } from "js-yaml";
import { cloudNames } from "../../infra/clouds";
import { sdkVersion } from "../clouds/plugins";
import type { EngineHome } from "../engine/home";
import { runPulumi } from "../engine/pulumi";
import { prepareStack } from "../engine/stack-file";
import { repositoryRoot } from "../paths";
import { stackNames } from "../run/stacks";
import { type Cost, measure, median } from "./measure";

/** Providers that a preview of each cloud's stack starts; EKS's component brings a Kubernetes provider of its own. */
const providers = {
  aws: ["aws", "eks", "kubernetes", "kubernetes"],
  gcp: ["gcp", "kubernetes"],
  azure: ["azure-native", "kubernetes"],
} as const;

/** Each measures everything once, so that what else the machine does falls on all alike. */
const rounds = 5;

/** Previews of the cloud stacks beside the preview of an empty program. @returns lines for a person */
export async function benchStartUp(home: EngineHome): Promise<string[]> {
  const empty = await emptyProject(home);
  const costs = new Map<string, Cost[]>();
  const add = async (name: string, work: () => Promise<unknown>) => {
    costs.set(name, [...(costs.get(name) ?? []), await measure(home.paths.pulumiHome, work)]);
  };
  for (let round = 0; round < rounds; round += 1) {
    await add("empty", () => runPulumi(home, ["preview", "--stack", "empty"], { cwd: empty }));
    for (const cloud of cloudNames) {
      const stack = stackNames.cloud(cloud);
      const configFile = await prepareStack(home, repositoryRoot, stack);
      await add(stack, () => runPulumi(home, ["preview", "--stack", stack], { configFile }));
      for (const name of new Set(providers[cloud])) await add(`start of ${name}`, () => startProvider(home, name));
    }
  }
  const cost = (name: string) => median(costs.get(name) ?? [], ({ seconds }) => seconds);
  const baseline = cost("empty");
  const lines = cloudNames.map((cloud) => {
    const stack = stackNames.cloud(cloud);
    const { seconds, programMegabytes } = cost(stack);
    const starts = providers[cloud].reduce((sum, name) => sum + cost(`start of ${name}`).seconds, 0);
    return (
      `preview of ${stack}: ${seconds.toFixed(2)} s, of which ${starts.toFixed(2)} s providers' start; ` +
      `${((seconds - starts) / baseline.seconds).toFixed(2)} times the empty program (goal 1.7); ` +
      `${programMegabytes.toFixed(0)} MB (goal 250)`
    );
  });
  return [
    `preview of an empty program: ${baseline.seconds.toFixed(2)} s, ${baseline.programMegabytes.toFixed(0)} MB`,
    ...lines,
  ];
}

/** A project with a program that does nothing. */
async function emptyProject(home: EngineHome): Promise<string> {
  const folder = path.join(home.paths.root, "empty");
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "Pulumi.yaml"), dump({ name: "empty", runtime: "nodejs" }));
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
