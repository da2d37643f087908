import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { openWorld } from "../../rehearsal/clouds/worlds";
import { homePaths } from "../../rehearsal/paths";
import { refuseTornApart } from "../../rehearsal/run/stacks";
import { temporaryFolder } from "../support/simulation";

const vpc = { type: "aws:ec2/vpc:Vpc", id: "vpc-1" };

test("state and clouds that no longer belong together are refused, with what to remove", (context) => {
  const paths = homePaths(temporaryFolder(context));
  const home = { paths, project: "", pulumi: "", environment: {} };
  const world = openWorld(paths.clouds, "aws");
  refuseTornApart(home, "aws");

  world.insert({ ...vpc, identity: null, inputs: {}, outputs: {}, readyAt: 0, visibleAt: 0 });
  assert.throws(() => {
    refuseTornApart(home, "aws");
  }, /hold aws: aws:ec2\/vpc:Vpc vpc-1 and more, but the state that named them is gone\. Remove .* to begin anew/);

  const stacks = path.join(paths.state, ".pulumi", "stacks", "trinity");
  fs.mkdirSync(stacks, { recursive: true });
  const checkpoint = { latest: { resources: [{ ...vpc, urn: "urn:pulumi:dev-aws::trinity::aws:ec2/vpc:Vpc::net" }] } };
  fs.writeFileSync(path.join(stacks, "dev-aws.json"), JSON.stringify({ checkpoint }));
  refuseTornApart(home, "aws");

  world.close();
  fs.rmSync(paths.clouds, { recursive: true });
  assert.throws(() => {
    refuseTornApart(home, "aws");
  }, /names aws:ec2\/vpc:Vpc vpc-1 and more, but the simulated aws is gone\. Remove/);
});
