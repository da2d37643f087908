import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import type { PreviewResult } from "../../ci/preview/result";
import { writeResult } from "../../ci/preview/result";
import { repositoryRoot } from "../../infra/repository-root";
import { startGitHub } from "../../rehearsal/github";
import { openPullRequest } from "../support/pull-request";
import { temporaryFolder } from "../support/simulation";

/** `npm run ci -- comment` as a job runs it. */
async function ci(environment: NodeJS.ProcessEnv, ...args: readonly string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", "ci/index.ts", ...args], {
    cwd: repositoryRoot,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const code = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}

test("a job comments, then refuses with exit code 3 what must not be merged; with the label it may be", async (context) => {
  const folder = temporaryFolder(context);
  const gitHub = await startGitHub({ folder, token: "the-token" });
  context.after(() => gitHub.stop());
  const repository = await gitHub.repository("example", "trinity");
  const pullRequest = openPullRequest();
  repository.pulls.push(pullRequest);
  const urn = "urn:pulumi:dev-aws::trinity::aws:eks/cluster:Cluster::cluster";
  const result: PreviewResult = {
    version: 1,
    stack: "dev-aws",
    env: "dev",
    cloud: "aws",
    steps: [
      {
        change: "replace",
        urn,
        type: "aws:eks/cluster:Cluster",
        name: "cluster",
        properties: ["name"],
        forcedBy: ["name"],
      },
    ],
    unchanged: 1,
    policies: [],
  };
  const previews = `${folder}/previews`;
  writeResult(`${previews}/preview-dev-aws`, "dev-aws", result);
  const environment = {
    GITHUB_REPOSITORY: "example/trinity",
    GITHUB_SERVER_URL: gitHub.server,
    GITHUB_API_URL: gitHub.api,
    GITHUB_RUN_ID: "7",
    GH_TOKEN: "the-token",
  };
  const comment = ["comment", "--previews", previews, "--pull-request", "1", "--commit", "0123abc".padEnd(40, "0")];

  const refused = await ci(environment, ...comment);
  assert.equal(refused.code, 3, refused.stderr);
  assert.match(refused.stderr, /dev-aws: replaces a cluster \(cluster\); label the pull request allow-replace/);
  assert.match(repository.commentsOn(1).join(), /^<!-- trinity:preview run:7 -->\n## Preview of `0123abc00000`\n/);

  pullRequest.labels.push("allow-replace");
  const allowed = await ci(environment, ...comment);
  assert.deepEqual([allowed.code, allowed.stdout], [0, "#1: comment updated\n"], allowed.stderr);

  const missing = await ci(
    environment,
    ...comment,
    "--expected",
    '{"include":[{"stack":"dev-aws"},{"stack":"dev-gcp"}]}',
  );
  assert.equal(missing.code, 3);
  assert.match(repository.commentsOn(1).join(), /\| `dev-gcp` \| \*\*missing\*\* \|/);
  assert.equal(repository.commentsOn(1).length, 1);

  const wrong = await ci(environment, "comment", "--previews", previews, "--pull-request", "one");
  assert.deepEqual([wrong.code, wrong.stderr.includes("no number of a pull request")], [2, true]);
});
