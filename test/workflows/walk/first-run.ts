import { type BootstrapOutputs, bootstrapOutputs } from "../../../infra/contract";
import type { CloudName } from "../../../infra/clouds";
import type { GitHubRepository } from "../../../infra/access/subjects";
import { principalsOf } from "../../../rehearsal/access/jobs";
import { checkedInSettings } from "../../../rehearsal/engine/stack-file";
import { stackOutputs } from "../../../rehearsal/engine/state";
import { repositoryRoot } from "../../../rehearsal/paths";
import type { TestEngine } from "../../support/engine";

/** Whose identities are made, and where. */
export interface FirstRun {
  readonly env: string;
  readonly cloud: CloudName;
  readonly repository: GitHubRepository;
  /** Environments whose images this one gets. */
  readonly promotesFrom: readonly string[];
}

/** Brings an environment's bootstrap stack up, as first-run.md says. @returns what it gives out */
export async function firstRun(engine: TestEngine, run: FirstRun): Promise<BootstrapOutputs> {
  const { env, cloud, repository, promotesFrom } = run;
  const stack = `${env}-bootstrap-${cloud}`;
  const settings = {
    // Another environment is in the same account, project or subscription.
    ...checkedInSettings(repositoryRoot, `dev-bootstrap-${cloud}`),
    "trinity:github": repository,
    "trinity:promotesFrom": promotesFrom,
    // An account has one provider for GitHub, which the first environment's stack has made.
    ...(cloud === "aws" && promotesFrom.length > 0 ? { "trinity:githubProvider": "existing" } : {}),
  };
  await engine.run("up", stack, { settings });
  return bootstrapOutputs.parse(await stackOutputs(engine.home, stack));
}

/** What first-run.md says is to be written into the settings of the cloud's stack. */
export function settingsAfter(outputs: BootstrapOutputs): Readonly<Record<string, unknown>> {
  return { ...principalsOf(outputs), ...(outputs.cloud === "azure" ? { "trinity:resourceGroup": "existing" } : {}) };
}
