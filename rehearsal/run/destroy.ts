import * as fs from "node:fs";
import path from "node:path";
import { Listr } from "listr2";
import { type CloudName, cloudNames } from "../../infra/clouds";
import { worldContents } from "../clouds/worlds";
import type { EngineHome } from "../engine/home";
import { type Progress, runOperation } from "../engine/operation";
import { runPulumi } from "../engine/pulumi";
import { recoverStack } from "../engine/recover";
import { existingStacks, prepareStack } from "../engine/stack-file";
import { exportState } from "../engine/state";
import type { Workshop } from "../workshop";
import { paced } from "./progress";
import { openServices } from "./services";
import { environment, refuseTornApart, stackNames } from "./stacks";
import { into, runSteps, step, stepOptions } from "./steps";

export interface DestroyOptions {
  readonly clouds: readonly CloudName[];
  readonly signal: AbortSignal;
  /** Shows no progress. */
  readonly silent: boolean;
}

/**
 * Takes clouds' stacks down, and makes sure that the simulated clouds hold nothing more. The apps' stacks go first when
 * no cloud stays up for them; the backend is asked for them, so that one whose app has left the repository goes too.
 *
 * @returns the stacks that stay up
 * @throws Error naming what is left
 */
export async function destroy(workshop: Workshop, options: DestroyOptions): Promise<readonly string[]> {
  const home = await workshop.home(paced((message) => process.stderr.write(`${message}\n`)));
  for (const cloud of options.clouds) {
    refuseTornApart(home, cloud);
  }
  const goingClouds = options.clouds.map((cloud) => stackNames.cloud(cloud));
  const existing = rehearsedStacks(home);
  const clouds = existing.filter((stack) => goingClouds.includes(stack));
  const staying = existing.filter((stack) => isCloudStack(stack) && !clouds.includes(stack));
  const apps = staying.length > 0 ? [] : existing.filter((stack) => !isCloudStack(stack));
  const failed = () => (steps.errors ?? []).length > 0 && "something before it failed";
  const steps: Listr = new Listr(
    [
      ...apps.map((stack) =>
        step(`pulumi destroy ${stack}`, async (shown) => {
          const services = await openServices(workshop, home, () => undefined);
          try {
            await takeDown(home, stack, services.environment, options.signal, into(shown));
          } finally {
            await services.stop();
          }
        }),
      ),
      {
        title: "Clouds",
        skip: failed,
        task: (_, task) =>
          task.newListr(
            clouds.map((stack) =>
              step(`pulumi destroy ${stack}`, (shown) => takeDown(home, stack, {}, options.signal, into(shown))),
            ),
            { concurrent: true, exitOnError: false },
          ),
      },
      step(
        "Nothing is left",
        async () => {
          refuseLeftovers(home, options.clouds);
          if (staying.length === 0) {
            // The images went with their repositories.
            await fs.promises.rm(home.paths.registry, { recursive: true, force: true });
          }
        },
        failed,
      ),
    ],
    stepOptions(options.silent),
  );
  await runSteps(steps);
  return rehearsedStacks(home);
}

function isCloudStack(stack: string): boolean {
  return cloudNames.some((cloud) => stack === stackNames.cloud(cloud));
}

/** Stacks of the rehearsed environment; another's, made by hand, are whoever's who made them. */
function rehearsedStacks(home: EngineHome): string[] {
  return existingStacks(home).filter((stack) => stack.startsWith(`${environment}-`));
}

/** Destroys a stack and forgets it. @throws Error naming what it still holds */
export async function takeDown(
  home: EngineHome,
  stack: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
  show: Progress,
): Promise<void> {
  const configFile = await prepareStack(home, home.project, stack);
  await recoverStack(home, stack, configFile, show, { environment, signal });
  await runOperation(home, "destroy", stack, { configFile, environment, signal, onProgress: show });
  const state = await exportState(home, stack, { configFile });
  const left = state.deployment.resources ?? [];
  if (left.length > 0) {
    throw new Error(`${stack} still holds ${left.map((resource) => resource.urn).join(", ")}`);
  }
  await runPulumi(home, ["stack", "rm", "--yes", "--stack", stack, "--preserve-config"]);
  for (const folder of [home.paths.stacks, home.paths.outputs]) {
    fs.rmSync(path.join(folder, `${stack}.json`), { force: true });
  }
}

/** @throws Error naming what simulated clouds still hold */
export function refuseLeftovers(home: EngineHome, clouds: readonly CloudName[]): void {
  const left = worldContents(home.paths.clouds, clouds);
  if (left.length > 0) {
    throw new Error(
      `The simulated clouds still hold what no stack names:\n  ${left.join("\n  ")}\n` +
        `If their state is gone for good, remove ${home.paths.clouds} too.`,
    );
  }
}
