import path from "node:path";
import { z } from "zod";
import { findApps } from "../../infra/apps";
import type { CloudName } from "../../infra/clouds";
import { appOutputs, readableOutputs } from "../../infra/contract";
import type { AppOutputs, CloudReference } from "../../infra/contract";
import { worldContents, worldExists } from "../clouds/worlds";
import type { EngineHome } from "../engine/home";
import { type Changes, type Progress, runOperation } from "../engine/operation";
import type { PolicyResult } from "../engine/policy";
import type { RunOptions } from "../engine/pulumi";
import { recoverStack } from "../engine/recover";
import { existingStacks, prepareStack } from "../engine/stack-file";
import { exportState, readCheckpoint, stackOutputs, type StackState, writeJson } from "../engine/state";
import { creationSeconds } from "./catalog";

/** The environment that is rehearsed. */
export const environment = "dev";

export const stackNames = {
  cloud: (cloud: CloudName) => `${environment}-${cloud}`,
  app: (app: string) => `${environment}-${app}`,
};

/** A stack after an `up`: what changed, and what it now is. */
export interface RaisedStack<Outputs> {
  readonly stack: string;
  readonly changes: Changes;
  readonly state: StackState;
  readonly outputs: Outputs;
  /** What the policy pack's rules said, without having failed the `up`. */
  readonly policy: readonly PolicyResult[];
}

export interface StackOptions {
  /** Settings of the rehearsal in place of the checked-in ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to the engine's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder of the policy pack that the `up` is held to. @default none */
  readonly policyPack?: string;
  readonly onProgress?: Progress;
  readonly signal?: AbortSignal;
}

/** Brings a cloud's stack up, from whatever state a run before left it in. */
export async function raiseCloud(
  home: EngineHome,
  cloud: CloudName,
  options: StackOptions,
): Promise<RaisedStack<CloudReference>> {
  refuseTornApart(home, cloud);
  const raised = await raise(home, stackNames.cloud(cloud), options);
  return { ...raised, outputs: readableOutputs.parse(raised.outputs) };
}

/**
 * A cloud that holds what no state names answers an `up` from nothing with dozens of "already exists"; one that is gone
 * while a state names its resources shows no change, and fails later on.
 *
 * @throws Error saying what to remove
 */
export function refuseTornApart(home: EngineHome, cloud: CloudName): void {
  const stack = stackNames.cloud(cloud);
  const advice = `Remove ${home.paths.clouds} and ${home.paths.state} to begin anew.`;
  const [held] = worldContents(home.paths.clouds, [cloud]);
  const named = (readCheckpoint(home, stack).resources ?? []).find(({ type }) => creationSeconds(type) > 0);
  if (held !== undefined && !existingStacks(home).includes(stack)) {
    throw new Error(`The simulated clouds hold ${held} and more, but the state that named them is gone. ${advice}`);
  }
  if (!worldExists(home.paths.clouds, cloud) && named !== undefined) {
    throw new Error(
      `The state of ${stack} names ${named.type} ${named.id ?? ""} and more, but the simulated ${cloud} is gone. ${advice}`,
    );
  }
}

export interface AppStackOptions extends StackOptions {
  /** Asks the registries for the digest of a reference; undefined where they have none. @default they are not asked */
  readonly served?: (reference: string) => Promise<string | undefined>;
}

/** Builds and pushes an app through its stack; again, where a registry has lost the image. */
export async function raiseApp(
  home: EngineHome,
  app: string,
  options: AppStackOptions,
): Promise<RaisedStack<AppOutputs>> {
  const raised = await raise(home, stackNames.app(app), options, (configFile) =>
    noteLostImages(home, stackNames.app(app), { ...options, configFile }),
  );
  return { ...raised, outputs: appOutputs.parse(raised.outputs) };
}

/**
 * Tells the engine of images that went with their repository: it knows its state only, and would push nothing to one
 * that was made anew. A refresh of the image alone, since one of the whole stack fails at a reference to a cloud's stack
 * that is gone (pulumi/pulumi pkg/resource/deploy/builtins.go, `readStackReference`).
 */
async function noteLostImages(
  home: EngineHome,
  stack: string,
  { served, ...options }: AppStackOptions & RunOptions,
): Promise<void> {
  if (served === undefined) {
    return;
  }
  const resources = readCheckpoint(home, stack).resources ?? [];
  for (const { urn, outputs } of resources.filter(({ type }) => type === "docker-build:index:Image")) {
    const image = pushedImage.parse(outputs);
    const digests = await Promise.all(image.tags.map(served));
    if (digests.some((digest) => digest !== image.digest)) {
      await runOperation(home, "refresh", stack, { ...options, args: ["--target", urn] });
    }
  }
}

/** The part of docker-build's Image that is used. */
const pushedImage = z.object({ tags: z.array(z.string()).default([]), digest: z.string().optional() });

async function raise(
  home: EngineHome,
  stack: string,
  options: StackOptions,
  prepare: (configFile: string) => Promise<void> = () => Promise.resolve(),
): Promise<RaisedStack<unknown>> {
  const configFile = await prepareStack(home, home.project, stack, options.settings);
  await recoverStack(home, stack, configFile, options.onProgress, options);
  await prepare(configFile);
  const policy: PolicyResult[] = [];
  const onPolicy = (result: PolicyResult) => policy.push(result);
  const changes = await runOperation(home, "up", stack, { ...options, configFile, onPolicy });
  const [state, outputs] = await Promise.all([
    exportState(home, stack, { configFile }),
    stackOutputs(home, stack, { configFile }),
  ]);
  writeJson(path.join(home.paths.stacks, `${stack}.json`), state);
  writeJson(path.join(home.paths.outputs, `${stack}.json`), outputs);
  return { stack, changes, state, outputs, policy };
}

/** Apps to rehearse: those of the repository that run on one of the clouds. */
export function appsOn(clouds: readonly CloudName[]): string[] {
  return findApps()
    .filter((app) => app.clouds.some((cloud) => clouds.includes(cloud)))
    .map((app) => app.name);
}
