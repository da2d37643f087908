import assert from "node:assert/strict";
import { test } from "node:test";
import { bootstrapOutputs } from "../../infra/contract";
import { jobGitHub } from "../../rehearsal/access/jobs";
import { credentialsOf } from "../../rehearsal/clouds/aws/sessions";
import { stackOutputs } from "../../rehearsal/engine/state";
import { temporaryEngine } from "../support/engine";

const stack = "dev-aws";

/** An update lasts for longer than this: on this clock the cluster alone takes some ten seconds. */
const sessionMilliseconds = 8000;
const scale = 60;

test("a session that ends in the middle of an update refuses; with a new one the same update goes on", async (context) => {
  const engine = await temporaryEngine(context, scale);
  await engine.run("up", "dev-bootstrap-aws", { settings: { "trinity:github": jobGitHub } });
  const outputs = bootstrapOutputs.parse(await stackOutputs(engine.home, "dev-bootstrap-aws"));
  const sessionFor = (milliseconds: number) => {
    const session = { roleArn: outputs.identities.deploy, name: "job", endsAt: Date.now() + milliseconds };
    return { AWS_SESSION_TOKEN: credentialsOf(engine.world("aws"), session).sessionToken };
  };
  await assert.rejects(
    engine.run("up", stack, { environment: sessionFor(sessionMilliseconds) }),
    /ExpiredToken: The security token included in the request is expired/,
  );
  await engine.run("up", stack, { environment: sessionFor(60 * 60 * 1000) });
  assert.deepEqual(Object.keys(await engine.run("preview", stack, { environment: sessionFor(60 * 60 * 1000) })), [
    "same",
  ]);
});
