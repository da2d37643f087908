import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { type TestContext, test } from "node:test";
import type { Image } from "../../../delivery/image";
import { paths, type Rollout } from "../../../delivery/rollout/objects";
import { overlayFile, readImage } from "../../../delivery/overlay";
import { environmentNames } from "../../../infra/access/identities";
import { type CloudName, cloudNames } from "../../../infra/clouds";
import { appOutputs } from "../../../infra/contract";
import { worldContents } from "../../../rehearsal/clouds/worlds";
import { shared } from "../../../rehearsal/paths";
import type { ApiServer } from "../../delivery/rollout/api-server";
import { aborted, application, paused, promoted as stable, v1, v2 } from "../../delivery/rollout/objects";
import { skip } from "../../engine/app-fixture";
import { readWorkflow, type Step, type Workflow } from "../read";
import { type Builder, startBuilder } from "./builder";
import { startCluster } from "./clusters";
import { expectOutcomes, logs } from "./outcomes";
import { type RehearsedStage, rehearsedStage } from "./rehearsal";
import type { Trigger } from "./stage";
import { walk } from "./walk";

const app = "hello";

/** Where the app runs; and the cloud that has a second environment. */
const clouds: readonly CloudName[] = cloudNames;
const promoted = "aws";

function byHand(inputs: Readonly<Record<string, string>>): Trigger {
  return { event: "workflow_dispatch", ref: "refs/heads/main", payload: {}, inputs };
}

test("release, promote, rollout and destroy, step by step, each as its identity", { skip }, async (context) => {
  const { signal } = context;
  const { first, builder } = await stageWithBuilder(context);
  await Promise.all(Object.keys(first.identities).map((stack) => first.up(stack)));
  const { pulls } = first;
  const second = changeApp(first);
  const push: Trigger = { event: "push", ref: "refs/heads/main", payload: { before: first.commit } };
  pulls.protect();
  pulls.settings.checks = "pending";

  await context.test(
    "a merge releases the app that it touched: one digest everywhere, proposed, not merged",
    async () => {
      const jobs = await walk(readWorkflow("release"), second, push, signal);
      expectOutcomes(jobs, { "find the apps": "success", [`release ${app}`]: "success" });
      const file = path.join(second.folder, "artifacts", `outputs-dev-${app}`, `dev-${app}.json`);
      const { tag, digest, images } = appOutputs.parse(JSON.parse(fs.readFileSync(file, "utf8")));
      assert.deepEqual(Object.keys(images).sort(), [...clouds].sort());
      assert.equal(tag, `sha-${second.commit}`);
      for (const image of Object.values(images)) {
        assert.equal(await builder.manifest(image.replace(/@.*/, `:${tag}`)), digest);
      }
      assert.match(logs(jobs), /pull request will merge by itself/);
      assert.equal(imageIn(first, "dev")?.digest, undefined);
      await pulls.passChecks();
      assert.equal(imageIn(first.latest(), "dev")?.digest, digest);
    },
  );

  await context.test("another identity gets no login for what is pushed to", async () => {
    const workflow = asIdentity(readWorkflow("release"), "release", "push", "rollout");
    const jobs = await walk(workflow, second.again(), push, signal);
    expectOutcomes(jobs, { "find the apps": "success", [`release ${app}`]: "failure" });
    assert.match(logs(jobs), /not authorized to perform: ecr:GetAuthorizationToken/);
  });

  await context.test("a promotion copies the digest, and its identity only reads what it copies from", async () => {
    pulls.settings.checks = "pending";
    const stage = first.latest();
    const image = imageIn(stage, "dev");
    assert.ok(image);
    const crane = path.join(shared.toolsBin, "crane");
    const back = `"${crane}" copy "${image.repository}@${image.digest}" "${image.repository}:moved"`;
    const workflow = readWorkflow("promote");
    const { promote } = workflow.jobs;
    assert.ok(promote);
    const last: Step = { if: "always()", run: back, with: {}, env: {} };
    const longer = { ...workflow, jobs: { promote: { ...promote, steps: [...promote.steps, last] } } };
    const trigger = byHand({ app, from: "dev", to: "prod", clouds: promoted });
    const jobs = await walk(longer, stage, trigger, signal);
    const steps = jobs[0]?.steps ?? [];
    assert.deepEqual(
      steps.filter(({ outcome }) => outcome !== "success").map(({ what }) => what),
      [back],
      logs(jobs),
    );
    assert.match(steps.at(-1)?.log ?? "", /is not authorized to perform: ecr:/);
    await pulls.passChecks();
    const proposed = imageIn(first.latest(), "prod");
    assert.equal(proposed?.digest, image.digest);
    assert.equal(await builder.manifest(`${proposed.repository}:${image.tag}`), image.digest);
  });

  let clusters: readonly ApiServer[] = [];
  /** What the app ran before, and what it is to run. */
  let versions: readonly [Image, Image] | undefined;
  const rollout = (command: string, workflow = readWorkflow("rollout")) =>
    walk(workflow, first.latest(), byHand({ command, app, environment: "dev", clouds: clouds.join(" ") }), signal);

  await context.test("the next merge releases the next build", async () => {
    const before = imageIn(first.latest(), "dev");
    pulls.accept();
    const third = changeApp(first);
    pulls.protect();
    const jobs = await walk(
      readWorkflow("release"),
      third,
      { ...push, payload: { before: `${third.commit}^` } },
      signal,
    );
    expectOutcomes(jobs, { "find the apps": "success", [`release ${app}`]: "success" });
    await pulls.passChecks();
    const after = imageIn(first.latest(), "dev");
    assert.ok(before !== undefined && after !== undefined);
    assert.equal(after.tag, `sha-${third.commit}`);
    assert.notEqual(after.digest, before.digest);
    versions = [before, after];
  });

  await context.test("a rollout is looked at by the identity that the clusters know, and by no other", async () => {
    assert.ok(versions);
    clusters = await Promise.all(
      clouds.map((cloud) => startCluster(context, first.engine, identitiesOf(first, `dev-${cloud}`))),
    );
    for (const cluster of clusters) putRollout(cluster, paused(), versions);
    const jobs = await rollout("status");
    expectOutcomes(jobs, { [`status ${app} in dev`]: "success" });
    for (const cloud of clouds) {
      assert.match(logs(jobs), new RegExp(`${cloud} +Synced ccccccc +Healthy +Paused +1/4 +25 %`));
    }
    const refused = await rollout("status", asIdentity(readWorkflow("rollout"), "rollout", "rollout", "push"));
    expectOutcomes(refused, { [`status ${app} in dev`]: "failure" });
    for (const cloud of clouds) assert.match(logs(refused), new RegExp(`${cloud}.*401 .*Unauthorized`));
  });

  await context.test("a rollout is promoted on one cloud after the other, and stops where it fails", async () => {
    const [aws, gcp, azure] = clusters;
    assert.ok(aws && gcp && azure && versions);
    const both = versions;
    aws.react = () => {
      putRollout(aws, stable(), both);
    };
    gcp.react = () => {
      putRollout(gcp, aborted("assessed Failed"), both);
    };
    const jobs = await rollout("promote");
    expectOutcomes(jobs, { [`promote ${app} in dev`]: "failure" });
    assert.match(logs(jobs), /aws: healthy .*\ngcp: failed.*assessed Failed.*\nazure: not promoted/);
    assert.deepEqual(azure.patches, []);
  });

  await context.test("a version is given up everywhere, and its revert proposed by the app of GitHub", async () => {
    assert.ok(versions);
    const [before, after] = versions;
    for (const cluster of clusters) cluster.react = () => undefined;
    const jobs = await rollout("abort");
    expectOutcomes(jobs, { [`abort ${app} in dev`]: "success" });
    assert.deepEqual(clusters.at(-1)?.patches.at(-1)?.body.status, { abort: true });
    assert.equal(imageIn(first.latest(), "dev")?.digest, after.digest, "nobody has merged it");
    const [revert, ...others] = pulls.pulls.filter(({ state }) => state === "open");
    assert.ok(revert !== undefined && others.length === 0);
    await pulls.squash(revert);
    for (const cloud of clouds) assert.equal(imageIn(first.latest(), "dev", cloud)?.digest, before.digest, cloud);
  });

  await context.test("a destroy wants the stack's name, and then leaves nothing of it", async () => {
    const { resources = [] } = (await first.engine.state("dev-aws")).deployment;
    const own = resources.map(({ type, id }) => `aws: ${type} ${id ?? ""}`);
    const held = () => worldContents(first.engine.home.paths.clouds, [promoted]).filter((line) => own.includes(line));
    const before = held();
    assert.ok(before.some((line) => line.startsWith("aws: aws:ecr/repository:Repository")));
    const inputs = { environment: "dev", cloud: promoted };
    const wrong = await walk(
      readWorkflow("destroy"),
      first.latest(),
      byHand({ ...inputs, confirm: "dev-gcp" }),
      signal,
    );
    expectOutcomes(wrong, { "destroy dev-aws": "failure" });
    assert.match(logs(wrong), /"dev-gcp" is not "dev-aws", so nothing is destroyed/);
    assert.deepEqual(held(), before);

    const jobs = await walk(readWorkflow("destroy"), first.latest(), byHand({ ...inputs, confirm: "dev-aws" }), signal);
    expectOutcomes(jobs, { "destroy dev-aws": "success" });
    assert.deepEqual((await first.engine.state("dev-aws")).deployment.resources ?? [], []);
    assert.deepEqual(held(), []);
  });
});

async function stageWithBuilder(
  context: TestContext,
): Promise<{ readonly first: RehearsedStage; readonly builder: Builder }> {
  let builder: Builder | undefined;
  const first = await rehearsedStage(context, {
    environments: { dev: clouds, prod: [promoted] },
    app: {
      stack: `dev-${app}`,
      builder: async (engine, sites) => (builder = await startBuilder(context, engine, app, sites)),
    },
  });
  if (builder === undefined) throw new Error("The stage began without its builder.");
  return { first, builder };
}

/** A merge that touches the app's image, and no other's. */
function changeApp(stage: RehearsedStage): RehearsedStage {
  const file = `apps/${app}/server.mjs`;
  const text = fs.readFileSync(path.join(stage.checkout.folder, file), "utf8");
  return stage.merge("Change the app", { [file]: `${text}// Changed.\n` });
}

/** What the overlay of an environment names in the stage's working tree. */
function imageIn({ checkout }: RehearsedStage, env: string, cloud: CloudName = promoted) {
  const file = overlayFile(app, env, cloud);
  return readImage(file, fs.readFileSync(path.join(checkout.folder, file), "utf8"), app);
}

function identitiesOf({ identities }: RehearsedStage, stack: string) {
  const outputs = identities[stack];
  assert.ok(outputs, stack);
  return outputs;
}

/** Gives a cluster the app's Rollout, as a test of commands has it, with images of the app's. */
function putRollout(cluster: ApiServer, object: Rollout, [before, after]: readonly [Image, Image]): void {
  const text = [
    ["mandelbrot", app],
    [v1.tag, before.tag],
    [v1.digest, before.digest],
    [v2.tag, after.tag],
    [v2.digest, after.digest],
  ].reduce((text, [from = "", to = ""]) => text.replaceAll(from, to), JSON.stringify(object));
  cluster.put(paths.rollout(app), JSON.parse(text) as object);
  cluster.put(
    paths.application(app),
    JSON.parse(JSON.stringify(application()).replaceAll("mandelbrot", app)) as object,
  );
}

type Acting = keyof ReturnType<typeof environmentNames>;

/** A workflow whose job logs in as another identity, in the environment that may be that. */
function asIdentity(workflow: Workflow, id: string, own: Acting, other: Acting): Workflow {
  const job = workflow.jobs[id];
  const steps = job?.steps.map((step) => ({
    ...step,
    run: step.run?.replace(`--identity ${own} `, `--identity ${other} `),
  }));
  assert.ok(job !== undefined && steps !== undefined);
  assert.notDeepEqual(steps, job.steps);
  return {
    ...workflow,
    jobs: { ...workflow.jobs, [id]: { ...job, steps, environment: environmentNames("dev")[other] } },
  };
}
