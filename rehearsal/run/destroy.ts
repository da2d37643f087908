import * as fs from "node:fs";
import path from "node:path";
import { Listr } from "listr2";
import type { CloudName } from "../../infra/clouds";
import { openWorlds } from "../clouds/worlds";
import type { EngineHome } from "../engine/home";
import { type Progress, runOperation } from "../engine/operation";
import { runPulumi } from "../engine/pulumi";
import { recoverStack } from "../engine/recover";
import { prepareStack } from "../engine/stack-file";
import { exportState } from "../engine/state";
import { repositoryRoot } from "../paths";
import type { Workshop } from "../workshop";
import { refuseFailures } from "./failures";
import { paced } from "./progress";
import { openServices } from "./services";
import { appsOn, stackNames } from "./stacks";

export interface DestroyOptions {
  readonly clouds: readonly CloudName[];
  /** True to take the apps' stacks down too: when no cloud is left for them. */
  readonly apps: boolean;
  readonly signal: AbortSignal;
  /** Shows no progress. */
  readonly silent: boolean;
}

/**
 * Takes the stacks down, apps first, and makes sure that the simulated clouds hold nothing more.
 *
 * @throws Error naming what is left
 */
export async function destroy(workshop: Workshop, options: DestroyOptions): Promise<void> {
  const context: { home?: EngineHome } = {};
  const home = () => {
    if (context.home === undefined) {
      throw new Error("a step began before the engine was ready");
    }
    return context.home;
  };
  const steps: Listr = new Listr(
    [
      {
        title: "Engine",
        task: async (_, task) => {
          context.home = await workshop.home(
            paced((message) => {
              task.output = message;
            }),
          );
        },
      },
      ...(options.apps ? appsOn(options.clouds) : []).map((app) => ({
        title: `pulumi destroy ${stackNames.app(app)}`,
        task: async (_: unknown, task: { output: string }) => {
          const services = await openServices(workshop, home(), () => undefined);
          try {
            await takeDown(home(), stackNames.app(app), services.environment, options.signal, (message) => {
              task.output = message;
            });
          } finally {
            await services.stop();
          }
        },
      })),
      {
        title: "Clouds",
        task: (_, task) =>
          task.newListr(
            options.clouds.map((cloud) => ({
              title: `pulumi destroy ${stackNames.cloud(cloud)}`,
              task: async (_: unknown, step: { output: string }) => {
                await takeDown(home(), stackNames.cloud(cloud), {}, options.signal, (message) => {
                  step.output = message;
                });
              },
            })),
            { concurrent: true, exitOnError: false },
          ),
      },
      {
        title: "Nothing is left",
        skip: () => (steps.errors ?? []).length > 0,
        task: () => {
          refuseLeftovers(home(), options.clouds);
          if (options.apps) {
            // The images went with their repositories.
            fs.rmSync(home().paths.registry, { recursive: true, force: true });
          }
        },
      },
    ],
    { collectErrors: true, silentRendererCondition: options.silent, registerSignalListeners: false },
  );
  await steps.run();
  refuseFailures(steps.errors ?? []);
}

async function takeDown(
  home: EngineHome,
  stack: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
  show: Progress,
): Promise<void> {
  const configFile = await prepareStack(home, repositoryRoot, stack);
  await recoverStack(home, stack, configFile, show);
  await runOperation(home, "destroy", stack, { configFile, environment, signal, onProgress: paced(show) });
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

function refuseLeftovers(home: EngineHome, clouds: readonly CloudName[]): void {
  const left = openWorlds(home.paths.clouds)
    .filter((world) => clouds.some((cloud) => cloud === world.name))
    .flatMap((world) => {
      const records = world.list().map((record) => `${world.name}: ${record.type} ${record.id}`);
      world.close();
      return records;
    });
  if (left.length > 0) {
    throw new Error(`The clouds still hold what no stack names:\n  ${left.join("\n  ")}`);
  }
}
