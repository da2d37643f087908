import * as fs from "node:fs";
import * as os from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { World } from "../../rehearsal/clouds/kernel/world";

/** Simulated seconds per real second in tests: eleven minutes of EKS pass in under a millisecond. */
export const testScale = 1e6;

/** A folder that goes with the test. */
export function temporaryFolder(context: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-"));
  context.after(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A world in a folder of its own, closed and removed with the test. */
export function temporaryWorld(context: TestContext, name: string, scale = testScale): World & { folder: string } {
  const folder = temporaryFolder(context);
  const world = Object.assign(new World(folder, name, scale), { folder });
  context.after(() => {
    world.close();
  });
  return world;
}
