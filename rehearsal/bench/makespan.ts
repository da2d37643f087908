import { type CloudName, cloudNames } from "../../infra/clouds";
import { openWorld } from "../clouds/worlds";
import type { EngineHome } from "../engine/home";
import { creationSeconds } from "../run/catalog";
import { criticalPath } from "../run/critical-path";
import { duration } from "../run/progress";
import { raiseCloud, stackNames } from "../run/stacks";

/** Simulated seconds per real second: slow enough that the start of processes, a second or two, hardly counts. */
const scale = 8;

/**
 * Brings the clouds up from nothing, side by side, and compares how long each took on the simulated clock with the longest chain of
 * resources that have to wait for each other: nothing should wait that need not.
 *
 * @returns lines for a person
 */
export async function benchMakespan(home: EngineHome): Promise<string[]> {
  return Promise.all(cloudNames.map((cloud) => raiseAndCompare(home, cloud)));
}

async function raiseAndCompare(home: EngineHome, cloud: CloudName): Promise<string> {
  const world = openWorld(home.paths.clouds, cloud, scale);
  const { state } = await raiseCloud(home, cloud, {});
  const journal = world.journal();
  world.close();
  const started = Math.min(...journal.map((entry) => entry.startedAt));
  const finished = Math.max(...journal.map((entry) => entry.finishedAt));
  const makespan = (finished - started) / 1000;
  const path = criticalPath(state.deployment.resources ?? [], creationSeconds);
  return (
    `up of ${stackNames.cloud(cloud)}: ${duration(makespan)} simulated; critical path ${duration(path.seconds)} ` +
    `(${path.resources.map((resource) => resource.type.split(":").at(-1)).join(" -> ")}); ` +
    `ratio ${(makespan / path.seconds).toFixed(3)} (goal 1.05)`
  );
}
