import * as fs from "node:fs";
import path from "node:path";
import type { CloudName } from "../../infra/clouds";
import { type Step, Steps } from "../../ci/engine/steps";
import { sdkVersion } from "../clouds/plugins";
import type { EngineHome } from "../engine/home";
import { type Operation, type Progress, runOperation } from "../engine/operation";
import { prepareStack } from "../engine/stack-file";
import { type Edit, type TeamChange, teamChanges } from "./changes";
import { overBudget } from "./judge";
import { editFiles } from "./working-copy";

/** What one look at a stack found. */
export interface Finding {
  readonly cloud: CloudName;
  /** What was done before: `nothing`, `a refresh`, or the change's name. */
  readonly after: string;
  readonly steps: readonly Step[];
  /** Those of them that are over budget. */
  readonly over: readonly Step[];
}

/**
 * Brings a cloud's stack up and looks what previews show: nothing after nothing, and after each change what it may touch.
 *
 * @param home whose project is a working copy that may be changed
 */
export async function measureNoise(
  home: EngineHome,
  cloud: CloudName,
  {
    signal,
    onProgress,
    changes = teamChanges,
  }: { readonly signal: AbortSignal; readonly onProgress: Progress; readonly changes?: readonly TeamChange[] },
): Promise<Finding[]> {
  const stack = `dev-${cloud}`;
  const run = async (operation: Operation, edit: Edit = {}): Promise<Step[]> => {
    const undo = editFiles(home.project, edit.files);
    try {
      const configFile = await prepareStack(home, home.project, stack, edit.settings);
      const steps = new Steps();
      const environment = edit.upgrades === undefined ? {} : upgrade(home, edit.upgrades);
      await runOperation(home, operation, stack, {
        configFile,
        environment,
        signal,
        onEvent: (event) => {
          steps.add(event);
        },
      });
      return steps.list();
    } finally {
      undo();
    }
  };
  const findings: Finding[] = [];
  const look = async (after: string, steps: Promise<Step[]>, change?: TeamChange) => {
    onProgress(`${stack}: ${after}`);
    const found = await steps;
    findings.push({ cloud, after, steps: found, over: overBudget(found, change?.budget[cloud] ?? {}) });
  };
  onProgress(`${stack}: up`);
  await run("up");
  await look("up, preview", run("preview"));
  await look("refresh", run("refresh"));
  await look("refresh, preview", run("preview"));
  for (const change of changes) {
    await look(change.name, run("preview", change.edit(cloud)), change);
  }
  return findings;
}

/** What makes an SDK ask for its next minor version, for which the same simulated provider stands in. */
function upgrade(home: EngineHome, name: string): Record<string, string> {
  const version = sdkVersion(name);
  const [major = "0", minor = "0"] = version.split(".");
  const next = `${major}.${Number(minor) + 1}.0`;
  const plugins = path.join(home.paths.pulumiHome, "plugins");
  // Not a link, which the engine does not look into.
  fs.cpSync(path.join(plugins, `resource-${name}-v${version}`), path.join(plugins, `resource-${name}-v${next}`), {
    recursive: true,
  });
  return {
    NODE_OPTIONS: `${home.environment.NODE_OPTIONS ?? ""} --require=${path.join(__dirname, "sdk-version.cjs")}`,
    TRINITY_SDK_VERSION: `${name}=${next}`,
  };
}
