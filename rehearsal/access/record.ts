import { type IdentityName, identityNames, perIdentity } from "../../infra/access/identities";
import { type CloudName, cloudNames } from "../../infra/clouds";
import { type BootstrapOutputs, bootstrapOutputs } from "../../infra/contract";
import { openWorld } from "../clouds/worlds";
import type { EngineHome } from "../engine/home";
import { type Operation, runOperation } from "../engine/operation";
import { prepareStack } from "../engine/stack-file";
import { stackOutputs } from "../engine/state";
import { repositoryRoot } from "../paths";
import { ask } from "./asks";
import { jobGitHub, logInJob, principalsOf, startJobWorld } from "./jobs";
import { isOfCluster } from "./cluster-tables";
import { changeByHand } from "./tamper";

/** Actions that each identity was let do, in each cloud. */
export type Recorded = Readonly<Record<CloudName, Readonly<Record<IdentityName, readonly string[]>>>>;

export interface RecordOptions {
  /** A home of its own, whose clouds hold nothing. */
  readonly home: EngineHome;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** So that nothing waits: simulated seconds per real second. */
const scale = 1e6;

const env = "dev";

/**
 * Settings of a team with bootstrap stacks: an administrator of the cluster besides its creator, and Azure's group, which the
 * bootstrap has made.
 */
const settings: Readonly<Record<CloudName, Readonly<Record<string, unknown>>>> = {
  aws: { "trinity:clusterAdmins": ["arn:aws:iam::123456789012:role/administrators"] },
  gcp: {},
  azure: { "trinity:resourceGroup": "existing" },
};

/**
 * Makes the identities of `dev`, as an administrator, and lets each do its work in each cloud: previews of a stack that is to
 * be made and of one that is there; updates, of what somebody has changed by hand too; a push; a look at the cluster; the end.
 *
 * @throws EngineError, CloudError naming what an identity lacks
 */
export async function recordAccess({ home, report, signal }: RecordOptions): Promise<Recorded> {
  const { clouds } = home.paths;
  for (const cloud of cloudNames) openWorld(clouds, cloud, scale).close();
  const jobs = await startJobWorld(clouds);
  try {
    const recorded = await allOf(
      cloudNames.map(async (cloud) => {
        const outputs = await bootstrap(home, cloud, signal);
        report(`${cloud}: the identities are made`);
        const login = { env, repository: jobGitHub, outputs: { [cloud]: outputs }, folder: home.paths.root, signal };
        const logIn = (identity: IdentityName) => logInJob(jobs, { ...login, identity, label: `${cloud}-${identity}` });
        const world = openWorld(clouds, cloud);
        try {
          const before = new Set(world.list().map(({ id }) => id));
          const run = async (identity: IdentityName, operation: Operation, ...args: readonly string[]) => {
            const configFile = await prepareStack(home, repositoryRoot, `${env}-${cloud}`, {
              ...settings[cloud],
              ...principalsOf(outputs),
            });
            const environment = await logIn(identity);
            await runOperation(home, operation, `${env}-${cloud}`, { configFile, environment, args, signal });
            report(`${cloud}: ${identity} has run ${[operation, ...args].join(" ")}`);
          };
          await run("preview", "preview");
          await run("deploy", "up");
          await run("preview", "preview", "--refresh");
          changeByHand(world, cloud, before);
          await run("deploy", "up", "--refresh");
          for (const work of ["push", "rollout"] as const) await ask(clouds, cloud, work, await logIn(work));
          await run("deploy", "destroy", "--refresh");
          return [cloud, usesOf(world.uses(), outputs)] as const;
        } finally {
          world.close();
        }
      }),
    );
    return Object.fromEntries(recorded) as Record<CloudName, Record<IdentityName, string[]>>;
  } finally {
    await jobs.stop();
  }
}

async function bootstrap(home: EngineHome, cloud: CloudName, signal: AbortSignal): Promise<BootstrapOutputs> {
  const stack = `${env}-bootstrap-${cloud}`;
  const configFile = await prepareStack(home, repositoryRoot, stack, { "trinity:github": jobGitHub });
  await runOperation(home, "up", stack, { configFile, signal });
  return bootstrapOutputs.parse(await stackOutputs(home, stack));
}

/** What an identity asked of its cloud, and of the cluster's API server; who administers the cluster needs nothing there. */
function usesOf(
  uses: readonly { readonly identity: string; readonly action: string }[],
  outputs: BootstrapOutputs,
): Record<IdentityName, string[]> {
  const known = identityNames.map((name) => outputs.identities[name]);
  const stranger = uses.find(({ identity }) => !known.includes(identity));
  if (stranger !== undefined) throw new Error(`${stranger.identity} is none of the bootstrap stack's identities.`);
  return perIdentity((name) =>
    uses
      .filter(
        ({ identity, action }) => identity === outputs.identities[name] && !(name === "deploy" && isOfCluster(action)),
      )
      .map(({ action }) => action),
  );
}

/** All of them, or every fault: a run takes minutes. */
async function allOf<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  const settled = await Promise.allSettled(work);
  const faults = settled.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  if (faults.length > 0) throw new Error(faults.map((fault) => String(fault)).join("\n\n"), { cause: faults[0] });
  return settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}
