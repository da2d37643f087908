import * as fs from "node:fs";
import path from "node:path";
import type { CloudName } from "../../infra/clouds";
import { type Step, Steps } from "../../ci/engine/steps";
import { sdkVersion } from "../clouds/plugins";
import type { EngineHome } from "../engine/home";
import { type Operation, type Progress, runOperation } from "../engine/operation";
import { prepareStack } from "../engine/stack-file";
import { type Budget, type Edit, type TeamChange, teamChanges } from "./changes";
import { overBudget } from "./judge";
import { editFiles } from "./working-copy";

/** What one look at a stack found. */
export interface Finding {
  readonly stack: string;
  /** What was done before: `nothing`, `a refresh`, or the change's name. */
  readonly after: string;
  readonly steps: readonly Step[];
  /** Those of them that are over budget. */
  readonly over: readonly Step[];
}

/**
 * Brings a cloud's two stacks up and looks what previews show: nothing after nothing, and, of the stack with the cluster,
 * after each change what it may touch.
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
  const settings: Readonly<Record<string, Edit["settings"]>> = {
    // With a bucket for state, which is all that a bootstrap stack can make.
    [`dev-bootstrap-${cloud}`]: { "trinity:stateBucket": "true" },
    // As docs/first-run.md has it after a bootstrap, which makes the group.
    [`dev-${cloud}`]: cloud === "azure" ? { "trinity:resourceGroup": "existing" } : {},
  };
  const run = async (stack: string, operation: Operation, edit: Edit = {}): Promise<Step[]> => {
    const undo = editFiles(home.project, edit.files);
    try {
      const configFile = await prepareStack(home, home.project, stack, { ...settings[stack], ...edit.settings });
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
  const look = async (
    stack: string,
    after: string,
    [operation, edit]: readonly [Operation, Edit?],
    budget: Budget = {},
  ): Promise<void> => {
    onProgress(`${stack}: ${after}`);
    const steps = await run(stack, operation, edit);
    findings.push({ stack, after, steps, over: overBudget(steps, budget) });
  };
  for (const stack of Object.keys(settings)) {
    onProgress(`${stack}: up`);
    await run(stack, "up");
    await look(stack, "up, preview", ["preview"]);
    await look(stack, "refresh", ["refresh"]);
    await look(stack, "refresh, preview", ["preview"]);
  }
  for (const change of changes) {
    await look(`dev-${cloud}`, change.name, ["preview", change.edit(cloud)], change.budget[cloud]);
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
