import * as fs from "node:fs";
import * as os from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { homePaths, repositoryRoot } from "../../../rehearsal/paths";
import type { Sites } from "../../../rehearsal/registry";
import { rulesOf } from "../../../rehearsal/run/services";
import { type Services, startServices } from "../../../rehearsal/services";
import type { TestEngine } from "../../support/engine";
import { testTools } from "../../support/tools";

/** A builder, the clouds' registries, and what of them a job's machine and an app's stack know. */
export interface Builder {
  /** How commands of a machine reach them. No login is among it: jobs log in by themselves. */
  readonly machine: Readonly<Record<string, string>>;
  /** Settings of an app's stack. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Digest of what a reference names; undefined when there is nothing. */
  readonly manifest: Services["manifest"];
}

/**
 * Starts them, for a simulated home whose clouds say who may do what with their registries.
 *
 * @param sites further hosts that the machine reaches
 */
export async function startBuilder(
  context: TestContext,
  { home }: TestEngine,
  app: string,
  sites: Sites,
): Promise<Builder> {
  const own = homePaths(fs.mkdtempSync(path.join(os.tmpdir(), "trinity-builder-")));
  const services = await startServices({ home: own, tools: await testTools(), rules: rulesOf(home), sites });
  // Before the folder goes, which the builder has mounts in.
  context.after(async () => {
    await services.stop();
    fs.rmSync(own.root, { recursive: true, force: true });
  });
  const machine = Object.fromEntries(Object.entries(services.environment).filter(([name]) => name !== "DOCKER_CONFIG"));
  const dockerfile = fs.readFileSync(path.join(repositoryRoot, "apps", app, "Dockerfile"), "utf8");
  return {
    machine,
    settings: {
      "trinity:builder": services.builder,
      "trinity:platforms": services.platforms,
      "trinity:buildArguments": await services.buildArguments(dockerfile),
    },
    manifest: services.manifest,
  };
}
