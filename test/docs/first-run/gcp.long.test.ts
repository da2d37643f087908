import assert from "node:assert/strict";
import { test } from "node:test";
import { bootstrapOutputs } from "../../../infra/contract";
import { gcloudCommand } from "./commands";
import { printed, startJourney } from "./journey";
import { gcpProject, passphrase } from "./values";

/** Simulated seconds per real second: 30 days, for which the pool's id is taken, are 43 minutes. */
const scale = 1000;

/** The service of each kind of resource that a stack of Google Cloud is made of. */
const apis: Readonly<Record<string, string>> = {
  artifactregistry: "artifactregistry",
  compute: "compute",
  container: "container",
  iam: "iam",
  kms: "cloudkms",
  projects: "cloudresourcemanager",
  serviceaccount: "iam",
  storage: "storage",
};

/** What a job's login asks (ci/login/google.ts). */
const loginApis = ["sts", "iamcredentials"];

test("first run with Google Cloud: identities, a job that is let in, the end, and again", async (context) => {
  const enabled = new Set<string>();
  const journey = await startJourney(context, {
    cloud: "gcp",
    scale,
    values: {
      PROJECT: gcpProject,
      REGION: "europe-west1",
      APP: "shop",
      "<identities.rollout>": printed(/"rollout": "([^"]+)"/),
      "<identities.preview>": printed(/"preview": "([^"]+)"/),
    },
    commands: (engine) => ({ gcloud: gcloudCommand(engine.world("gcp"), enabled) }),
  });
  const { engine, github } = journey;
  const world = engine.world("gcp");
  // There is no Pulumi Cloud here: a folder stands in for it.
  await journey.type(
    `mkdir .trinity\npulumi login "file://$PWD/.trinity"\nexport PULUMI_CONFIG_PASSPHRASE=${passphrase}`,
  );

  await context.test("up to the stack of the identities", async () => {
    for (const section of ["Before", "Google Cloud"]) await journey.follow(section);
    const outputs = bootstrapOutputs.parse(JSON.parse(github.variables.get("TRINITY_DEV_GCP") ?? ""));
    const accounts = world.list("gcp:serviceaccount/account:Account").map(({ outputs }) => outputs.email);
    assert.deepEqual(Object.values(outputs.identities).sort(), accounts.sort());
    const used = [...Object.values(apis), ...loginApis].map((api) => `${api}.googleapis.com`);
    assert.deepEqual([...enabled].sort(), [...new Set(used)].sort());
  });

  await context.test("a job is let in with what is in the variable, and one of another branch is not", async () => {
    await journey.type("pulumi stack init dev-gcp");
    const command = `PULUMI_CONFIG_PASSPHRASE=${passphrase} pulumi preview -s dev-gcp`;
    const preview = await journey.logIn("preview");
    await preview(command);
    const elsewhere = await journey.logIn("preview", { kind: "branch", name: "other" });
    await assert.rejects(elsewhere(command), /getAccessToken' denied.*ref:refs\/heads\/other/);
  });

  await context.test("after a destroy the ids are taken, and an administrator brings them back", async () => {
    await journey.follow("When it is to go");
    assert.deepEqual(world.list(), []);
    await journey.type("pulumi stack init dev-bootstrap-gcp");
    await assert.rejects(journey.type("pulumi up -s dev-bootstrap-gcp"), /Error 409: Requested entity already exists/);
    await journey.follow("After a destroy");
    await journey.type("pulumi preview -s dev-bootstrap-gcp --expect-no-changes");
  });
});
