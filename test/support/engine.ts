import * as fs from "node:fs";
import path from "node:path";
import type { TestContext } from "node:test";
import { type CloudName, cloudNames } from "../../infra/clouds";
import { openWorld } from "../../rehearsal/clouds/worlds";
import type { World } from "../../rehearsal/clouds/kernel/world";
import { prepareHome, type EngineHome } from "../../rehearsal/engine/home";
import { type Changes, type Operation, type OperationOptions, runOperation } from "../../rehearsal/engine/operation";
import { prepareStack } from "../../rehearsal/engine/stack-file";
import { exportState } from "../../rehearsal/engine/state";
import { homePaths, repositoryRoot, shared } from "../../rehearsal/paths";
import { temporaryFolder, testScale } from "./simulation";
import { testTools } from "./tools";

/** The real engine with a home, state and simulated clouds of its own, gone with the test. */
export interface TestEngine {
  readonly home: EngineHome;
  /** Runs an operation on a stack of this repository's program. */
  run(operation: Operation, stack: string, options?: TestOptions): Promise<Changes>;
  /** The simulated cloud; closed with the test. */
  world(cloud: CloudName): World;
  state(stack: string): ReturnType<typeof exportState>;
  /** The same engine and clouds, with another backend. @param name its folder's, in the home */
  withBackend(name: string): TestEngine;
}

export interface TestOptions extends OperationOptions {
  /** Settings in place of the checked-in ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** @param scale simulated seconds per real second. @default so fast that nothing waits */
export async function temporaryEngine(context: TestContext, scale = testScale): Promise<TestEngine> {
  const paths = homePaths(temporaryFolder(context));
  const tools = await testTools();
  const home = await prepareHome(paths, shared, {
    pulumi: tools.pulumi,
    languageHost: tools["pulumi-language-nodejs"],
    dockerBuild: tools["pulumi-resource-docker-build"],
  });
  const worlds = new Map(cloudNames.map((cloud) => [cloud, openWorld(paths.clouds, cloud, scale)] as const));
  context.after(() => {
    worlds.forEach((world) => {
      world.close();
    });
  });
  const world = (cloud: CloudName): World => {
    const found = worlds.get(cloud);
    if (found === undefined) {
      throw new Error(`no world of ${cloud}`);
    }
    return found;
  };
  return engineOn(home, world);
}

function engineOn(home: EngineHome, world: TestEngine["world"]): TestEngine {
  return {
    home,
    world,
    run: async (operation, stack, options = {}) => {
      const configFile = await prepareStack(home, repositoryRoot, stack, options.settings);
      return runOperation(home, operation, stack, { ...options, configFile });
    },
    state: (stack) => exportState(home, stack),
    withBackend: (name) => {
      const state = path.join(home.paths.root, name);
      fs.mkdirSync(state, { recursive: true });
      const environment = { ...home.environment, PULUMI_BACKEND_URL: `file://${state}` };
      return engineOn({ ...home, paths: { ...home.paths, state }, environment }, world);
    },
  };
}
