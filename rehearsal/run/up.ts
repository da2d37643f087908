import { Listr } from "listr2";
import type { CloudName } from "../../infra/clouds";
import { readAppCommit, uncommittedFault } from "../../infra/commit";
import { assertCanBuild } from "../buildkit/privilege";
import type { EngineHome } from "../engine/home";
import type { Changes } from "../engine/operation";
import { policyPack } from "../engine/policy";
import type { Services } from "../services";
import { repositoryRoot } from "../paths";
import { toolNames } from "../tools/index";
import type { Workshop } from "../workshop";
import { creationSeconds } from "./catalog";
import { criticalPath } from "./critical-path";
import { proveNodePull } from "./proof";
import { appSettings, openServices } from "./services";
import { appsOn, environment, raiseApp, raiseCloud, stackNames } from "./stacks";
import { into, refuseFailures, runSteps, step, stepOptions } from "./steps";
import type { AppSummary, CloudSummary, Summary } from "./summary";

export interface UpOptions {
  readonly clouds: readonly CloudName[];
  readonly signal: AbortSignal;
  /** Shows no progress. */
  readonly silent: boolean;
}

/** What the steps hand on to each other. */
interface Context {
  home?: EngineHome;
  services?: Services;
  readonly clouds: Map<CloudName, CloudSummary>;
  readonly apps: AppSummary[];
}

/**
 * Brings everything up: tools, the clouds side by side, then each app's image, and proves that every cluster's nodes
 * may pull it.
 *
 * @throws the first error of each step that failed; what had begun beside it has ended in order
 */
export async function up(workshop: Workshop, options: UpOptions): Promise<Summary> {
  // Before any tool is built, and any cloud is brought up, for nothing.
  assertCanBuild();
  const apps = appsOn(options.clouds);
  await refuseUncommitted(apps);
  const context: Context = { clouds: new Map(), apps: [] };
  const { signal } = options;
  // One cloud's failure lets the others end in order, but nothing is built on top.
  const failed = () => (steps.errors ?? []).length > 0 && "something before it failed";
  const steps: Listr<Context> = new Listr<Context>(
    [
      step("Tools", async (shown) => {
        // All at once, so that the modules of the next are fetched while one compiles.
        await workshop.tools(toolNames, into(shown));
        context.home = await workshop.home(into(shown));
      }),
      // Before the clouds: without a builder nothing is to be created.
      step("Registry and BuildKit", async (shown) => {
        context.services = await openServices(workshop, ready(context.home), into(shown));
      }),
      {
        title: "Clouds",
        task: (_, task) =>
          task.newListr<Context>(
            options.clouds.map((cloud) =>
              step(`pulumi up ${stackNames.cloud(cloud)}`, async (shown) => {
                const raised = await raiseCloud(ready(context.home), cloud, {
                  policyPack,
                  onProgress: into(shown),
                  signal,
                });
                const predicted = criticalPath(raised.state.deployment.resources ?? [], creationSeconds);
                const { stack: name, outputs, policy } = raised;
                context.clouds.set(cloud, { stack: name, outputs, predicted, policy });
                shown.title += `: ${describe(raised.changes)}`;
              }),
            ),
            { concurrent: true, exitOnError: false },
          ),
      },
      ...apps.map((app) =>
        step(
          `pulumi up ${stackNames.app(app)}`,
          async (shown) => {
            const services = ready(context.services);
            const raised = await raiseApp(ready(context.home), app, {
              settings: await appSettings(ready(context.home), services, app),
              environment: services.environment,
              served: (reference) => services.manifest(reference),
              policyPack,
              onProgress: into(shown),
              signal,
            });
            const { stack: name, outputs, policy } = raised;
            context.apps.push({ stack: name, outputs, pulls: {}, policy });
            shown.title += `: ${describe(raised.changes)}`;
          },
          failed,
        ),
      ),
      step(
        "Pull access of every cluster's nodes",
        async () => {
          for (const [index, app] of context.apps.entries()) {
            context.apps[index] = { ...app, pulls: await provePulls(context, app) };
          }
        },
        failed,
      ),
    ],
    { ctx: context, ...stepOptions(options.silent) },
  );
  try {
    await runSteps(steps);
    const { paths } = ready(context.home);
    return {
      env: environment,
      clouds: options.clouds.map((cloud) => ready(context.clouds.get(cloud))),
      apps: context.apps,
      outputs: paths.outputs,
      stacks: paths.stacks,
    };
  } finally {
    await context.services?.stop();
  }
}

/** The apps' stacks would refuse it too, but only when the clouds are up. */
async function refuseUncommitted(apps: readonly string[]): Promise<void> {
  for (const app of apps) {
    const fault = uncommittedFault(app, await readAppCommit(repositoryRoot, app));
    if (fault !== undefined) {
      throw new Error(fault);
    }
  }
}

async function provePulls(context: Context, app: AppSummary): Promise<AppSummary["pulls"]> {
  const { paths } = ready(context.home);
  const services = ready(context.services);
  const clouds = [...context.clouds.values()].filter(({ outputs }) => app.outputs.images[outputs.cloud] !== undefined);
  const proofs = await Promise.allSettled(
    clouds.map(async ({ outputs }) => [
      outputs.cloud,
      await proveNodePull(paths.clouds, outputs, app.outputs, (reference) => services.manifest(reference)),
    ]),
  );
  // Every cloud's missing grant is told, not the first one's only.
  refuseFailures(proofs.flatMap((proof) => (proof.status === "rejected" ? [proof.reason as Error] : [])));
  return Object.fromEntries(
    proofs.flatMap((proof) => (proof.status === "fulfilled" ? [proof.value] : [])),
  ) as AppSummary["pulls"];
}

/** A step runs only after the one that makes what it needs; anything else is a fault of the steps' order. */
function ready<Value>(value: Value | undefined): Value {
  if (value === undefined) {
    throw new Error("a step began before what it needs was ready");
  }
  return value;
}

/** Operations that change nothing in a cloud (pulumi/pulumi pkg/resource/deploy/step.go). */
const unchanging = ["same", "read", "read-replacement", "read-discard", "discard", "refresh"];

/** For instance `60 create`, in the engine's own words; `no change` where everything is the same. */
function describe(changes: Changes): string {
  const changed = Object.entries(changes).filter(([operation, count]) => !unchanging.includes(operation) && count > 0);
  return changed.map(([operation, count]) => `${count} ${operation}`).join(", ") || "no change";
}
