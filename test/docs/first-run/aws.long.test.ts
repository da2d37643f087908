import assert from "node:assert/strict";
import { test } from "node:test";
import { bootstrapOutputs } from "../../../infra/contract";
import { awsCommand } from "./commands";
import { printed, startJourney } from "./journey";

test("first run with AWS: GitHub's environments, identities, the state in its bucket, jobs that use it, the end", async (context) => {
  const journey = await startJourney(context, {
    cloud: "aws",
    values: {
      REGION: "eu-central-1",
      "<backend>": printed(/"backend": "([^"]+)"/),
      "<secretsProvider>": printed(/"secretsProvider": "([^"]+)"/),
      "<identities.rollout>": printed(/"rollout": "([^"]+)"/),
      "<identities.preview>": printed(/"preview": "([^"]+)"/),
    },
    commands: (engine) => ({ aws: awsCommand(engine.world("aws")) }),
  });
  const { engine, github, state } = journey;

  await context.test("up to the stack of the identities", async () => {
    for (const section of ["Before", "GitHub's environments", "Where the state is", "AWS"]) {
      await journey.follow(section);
    }
    assert.deepEqual(
      [...github.environments],
      [
        ["dev", ["main"]],
        ["dev-images", ["main"]],
        ["dev-rollout", ["main"]],
      ],
    );
    const outputs = bootstrapOutputs.parse(JSON.parse(github.variables.get("TRINITY_DEV_AWS") ?? ""));
    const roles = engine
      .world("aws")
      .list("aws:iam/role:Role")
      .map(({ outputs }) => outputs.arn);
    assert.deepEqual(Object.values(outputs.identities).sort(), roles.sort());
    assert.ok(outputs.state);
    assert.deepEqual([...state.objects.keys()], []);
  });

  await context.test("the state moves into the bucket, where no passphrase is asked for", async () => {
    await journey.follow("The state moves into its bucket");
    const stacks = [...state.objects.keys()].filter((name) => name.endsWith(".json"));
    assert.deepEqual(stacks.map((name) => name.split("/").at(-1)).sort(), ["dev-aws.json", "dev-bootstrap-aws.json"]);
    assert.equal(await journey.type('echo "<$PULUMI_CONFIG_PASSPHRASE>"'), "<>\n");
    await journey.type("pulumi preview -s dev-bootstrap-aws --expect-no-changes");
  });

  await context.test("jobs use the bucket as what they are", async () => {
    const deploy = await journey.logIn("deploy");
    await deploy("npm run ci -- deploy --stack dev-aws --out outputs");
    const preview = await journey.logIn("preview");
    await preview("pulumi preview -s dev-aws --expect-no-changes");
    await assert.rejects(preview("pulumi up -s dev-aws"), /AccessDenied/);
    await assert.rejects(deploy("pulumi up -s dev-bootstrap-aws"), /AccessDenied/);
    await deploy("npm run ci -- destroy --stack dev-aws --confirm dev-aws");
  });

  await context.test("the end: nothing is left in the cloud", async () => {
    await journey.follow("With a bucket for state");
    assert.deepEqual(
      engine
        .world("aws")
        .list()
        .map(({ type, id }) => `${type} ${id}`),
      [],
    );
  });
});
