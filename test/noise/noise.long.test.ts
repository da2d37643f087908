import assert from "node:assert/strict";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { type CloudName, cloudNames } from "../../infra/clouds";
import { openWorld } from "../../rehearsal/clouds/worlds";
import { prepareHome } from "../../rehearsal/engine/home";
import { type TeamChange, teamChanges } from "../../rehearsal/noise/changes";
import { measureNoise } from "../../rehearsal/noise/measure";
import { makeWorkingCopy } from "../../rehearsal/noise/working-copy";
import { homePaths, repositoryRoot, shared } from "../../rehearsal/paths";
import { temporaryFolder, testScale } from "../support/simulation";
import { testTools } from "../support/tools";

async function measure(context: TestContext, cloud: CloudName, changes: readonly TeamChange[]) {
  const folder = temporaryFolder(context);
  const project = path.join(folder, "project");
  makeWorkingCopy(repositoryRoot, project);
  const paths = homePaths(path.join(folder, "home"));
  const tools = await testTools();
  const engine = { pulumi: tools.pulumi, languageHost: tools["pulumi-language-nodejs"] };
  const home = await prepareHome(paths, shared, engine, project);
  openWorld(paths.clouds, cloud, testScale).close();
  const { signal } = new AbortController();
  return measureNoise(home, cloud, { signal, onProgress: () => undefined, changes });
}

for (const cloud of cloudNames) {
  test(`previews of ${cloud} are quiet, and usual changes touch only what they may`, async (context) => {
    const findings = await measure(context, cloud, teamChanges);
    const stacks = [`dev-bootstrap-${cloud}`, `dev-${cloud}`];
    assert.deepEqual([...new Set(findings.map(({ stack }) => stack))], stacks);
    assert.equal(findings.length, 3 * stacks.length + teamChanges.length);
    assert.deepEqual(
      findings.flatMap(({ stack, after, over }) =>
        over.map(({ change, type }) => `${stack}, ${after}: ${change} ${type}`),
      ),
      [],
    );
    // A change that changes nothing would be no measure.
    for (const { name } of teamChanges.filter((change) => Object.keys(change.budget[cloud]).length > 0)) {
      assert.ok((findings.find(({ after }) => after === name)?.steps ?? []).length > 0, `${name} changes something`);
    }
  });
}

test("a change that replaces a network is over any budget, with everything that goes with it", async (context) => {
  const [first] = teamChanges;
  assert.ok(first);
  const edit = () => ({ settings: { "trinity:networkCidr": "10.32.0.0/12" } });
  const findings = await measure(context, "gcp", [{ ...first, name: "address range", edit }]);
  const over = findings.flatMap((finding) => finding.over.map(({ change, type }) => `${change} ${type}`));
  assert.ok(over.includes("replace gcp:container/cluster:Cluster"));
  assert.ok(over.includes("replace kubernetes:core/v1:Namespace"));
});
