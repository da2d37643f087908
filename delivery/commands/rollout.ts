import { Command, InvalidArgumentError, Option } from "commander";
import type { CloudName } from "../../infra/clouds";
import { describeExitCodes, exitCodes } from "../failure";
import { interruptible } from "../interrupt";
import type { Context } from "../propose";
import { retry, restart } from "../rollout/again";
import type { FleetOptions } from "../rollout/fleet";
import { promoteFleet } from "../rollout/promote";
import { readFleet, verdictOf } from "../rollout/status";
import { sync } from "../rollout/sync";
import { renderTable } from "../rollout/table";
import { takeBack } from "../rollout/take-back";
import { describePromotion, describeTakenBack } from "../rollout/tell";
import { watch } from "../rollout/watch";
import { findRoot, options, pathFromUser } from "./common";

/** Flags of every command here. */
interface Flags {
  readonly app: string;
  readonly env: string;
  readonly clouds?: readonly CloudName[];
  readonly kubeconfigs?: string;
  readonly json?: true;
}

/** What a command prints, and ends with. */
interface Answer {
  /** With --json. */
  readonly data: object;
  readonly text: string;
  /** It has been printed already. */
  readonly printed?: boolean;
  /** @default done */
  readonly exitCode?: number;
  /** Thrown once the answer is printed: not all was done. */
  readonly fault?: Error;
}

/** `status` ends with this for a version that failed, so that scripts can tell it from a cluster that does not answer. */
const degraded = 4;

/** `trinity rollout` */
export const rolloutCommand = new Command("rollout")
  .description("see and move an app's versions in the clusters of an environment, one cloud or all")
  .addCommand(
    command("status", "say what every cluster runs and is to run", {
      [exitCodes.done]: "healthy, paused or progressing",
      [exitCodes.fault]: "a fault; a cluster does not answer, or not in time",
      [degraded]: "degraded",
    })
      .option("--watch", "show it again whenever it changes")
      .addOption(
        new Option(
          "--until <state>",
          "watch until all are healthy, or at least paused; a version that failed ends it too",
        )
          .choices(["healthy", "paused"])
          .implies({ watch: true }),
      )
      .addOption(seconds("--timeout <seconds>", "longest time to watch").implies({ watch: true }))
      .action((flags: Flags & { watch?: true; until?: "healthy" | "paused"; timeout?: number }) =>
        run(flags, async (fleet) => {
          const json = flags.json === true;
          const watched = flags.watch && (await watch({ ...fleet, ...flags, json }, process.stdout));
          const data = watched ?? (await readFleet(fleet));
          const verdict = verdictOf(data);
          const exitCode = { degraded, unreached: exitCodes.fault, healthy: 0, paused: 0, progressing: 0 }[verdict];
          return { data, text: renderTable(data), exitCode, printed: watched !== undefined };
        }),
      ),
  )
  .addCommand(
    command("sync", "have every cloud's Argo CD look at Git now, and wait until it has applied it")
      .addOption(seconds("--timeout <seconds>", "longest time for a cloud").default(300))
      .action((flags: Flags & { timeout: number }) =>
        run(flags, async (fleet) => {
          const synced = await sync({ ...fleet, timeout: flags.timeout });
          const text = synced.map(({ cloud, cluster, revision }) => `${cloud} (${cluster}): synced ${revision}\n`);
          return { data: { synced }, text: text.join("") };
        }),
      ),
  )
  .addCommand(
    command("promote", "let a paused version go on: cloud after cloud, the next one when the last is well", {
      [exitCodes.done]: "done, or what is left is to be promoted by hand",
      [exitCodes.refused]: "a cloud failed: the rest waits",
    })
      .option("--full", "skip the steps and pauses that are left in each cloud", false)
      .addOption(
        new Option("--gate <kind>", "go on to the next cloud by itself, or end after one")
          .choices(["automatic", "manual"])
          .default("automatic"),
      )
      .addOption(seconds("--soak <seconds>", "how long a cloud has to stay well before the next one").default(10))
      .addOption(seconds("--timeout <seconds>", "longest time for a cloud").default(600))
      .action((flags: Flags & { full: boolean; gate: "automatic" | "manual"; soak: number; timeout: number }) =>
        run(flags, async (fleet) => {
          const { full, gate, soak, timeout } = flags;
          const data = await promoteFleet({ ...fleet, full, gate, soak, timeout });
          const failed = data.clouds.some(({ status }) => status === "failed");
          return { data, text: describePromotion(data), exitCode: failed ? exitCodes.refused : exitCodes.done };
        }),
      ),
  )
  .addCommand(takingBack("abort", "give a version up that is on its way, and propose its revert"))
  .addCommand(takingBack("undo", "propose to take back what runs, and give it up where it is still on its way"))
  .addCommand(
    command("retry", "try a version again that was given up").action((flags: Flags) =>
      run(flags, (fleet) => tell(retry(fleet))),
    ),
  )
  .addCommand(
    command("restart", "make the pods anew").action((flags: Flags) => run(flags, (fleet) => tell(restart(fleet)))),
  );

/** @param codes what exit codes mean to this command */
function command(name: string, description: string, codes?: Readonly<Record<number, string>>): Command {
  return new Command(name)
    .description(description)
    .requiredOption("--app <name>", "the app")
    .requiredOption("--env <env>", "the environment")
    .addOption(options.clouds())
    .option(
      "--kubeconfigs <folder>",
      "take the clusters' kubeconfigs from <folder>/<env>-<cloud>.yaml or <folder>/<cloud>.yaml (default: ask Pulumi for " +
        "the output of stack <env>-<cloud>)",
      pathFromUser,
    )
    .addOption(options.json())
    .addHelpText("after", describeExitCodes(codes));
}

function takingBack(what: "abort" | "undo", description: string): Command {
  return command(what, description)
    .addOption(options.autoMerge())
    .action((flags: Flags & { autoMerge?: true }) =>
      run(flags, async (fleet) => {
        const { fault, ...data } = await takeBack({ ...fleet, what, autoMerge: flags.autoMerge === true });
        const unreached = data.clouds.some(({ status }) => status === "unreached");
        const text = describeTakenBack(data, what);
        return { data, text, exitCode: unreached ? exitCodes.fault : exitCodes.done, fault };
      }),
    );
}

function seconds(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < 0 || text.trim() === "") {
      throw new InvalidArgumentError("It is a number of seconds.");
    }
    return value;
  });
}

async function tell(work: Promise<readonly { readonly cloud: CloudName; readonly status: string }[]>): Promise<Answer> {
  const clouds = await work;
  return { data: { clouds }, text: clouds.map(({ cloud, status }) => `${cloud}: ${status}\n`).join("") };
}

/** Runs a command: progress on standard error, its answer on standard output. */
async function run(flags: Flags, work: (fleet: FleetOptions) => Promise<Answer>): Promise<void> {
  const { app, env, clouds, kubeconfigs, json } = flags;
  const answer = await interruptible((signal) => {
    const context: Context = { root: findRoot(), signal, report: (line) => process.stderr.write(`${line}\n`) };
    return work({ ...context, app, env, clouds, kubeconfigs });
  });
  if (answer.printed !== true) process.stdout.write(json ? `${JSON.stringify(answer.data)}\n` : answer.text);
  process.exitCode = answer.exitCode ?? exitCodes.done;
  if (answer.fault !== undefined) throw answer.fault;
}
