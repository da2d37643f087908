import * as fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type CloudName, cloudNames } from "../../infra/clouds";
import { renderComment } from "../../ci/preview/comment";
import { previewStack } from "../../ci/preview/preview";
import type { PreviewResult } from "../../ci/preview/result";
import { openWorld } from "../clouds/worlds";
import { runOperation } from "../engine/operation";
import { policyPack, preparePolicyPack } from "../engine/policy";
import { prepareStack } from "../engine/stack-file";
import { interruptible } from "../interruption";
import { homePaths, repositoryRoot } from "../paths";
import { runMain } from "../run-main";
import { openWorkshop } from "../workshop";
import { newApp } from "./changes";
import { editFiles, makeWorkingCopy } from "./working-copy";

/** What one pull request changes: a new app everywhere, larger nodes, and a network that has to be replaced. */
const settings: Readonly<Record<CloudName, Readonly<Record<string, unknown>>>> = {
  aws: { "trinity:nodeType": "m7i.xlarge" },
  gcp: { "trinity:networkCidr": "10.32.0.0/12" },
  azure: { "trinity:kubernetesVersion": "1.36" },
};

/** `npm run preview:comment`: writes docs/preview-comment.md from real previews of a change on the simulated clouds. */
async function main(signal: AbortSignal): Promise<void> {
  const report = (line: string) => process.stderr.write(`${line}\n`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-comment-"));
  try {
    const project = path.join(folder, "project");
    makeWorkingCopy(repositoryRoot, project);
    const paths = homePaths(path.join(folder, "home"));
    const home = await openWorkshop(signal, paths).home(report, project);
    // What a job has in its environment.
    Object.assign(process.env, home.environment);
    const up = async (cloud: CloudName) => {
      openWorld(paths.clouds, cloud, 1e6).close();
      const configFile = await prepareStack(home, project, `dev-${cloud}`);
      report(`dev-${cloud}: up`);
      await runOperation(home, "up", `dev-${cloud}`, { configFile, signal });
    };
    for (const cloud of cloudNames) await up(cloud);
    editFiles(project, { "apps/noise/app.yaml": newApp });
    const results: PreviewResult[] = [];
    for (const cloud of cloudNames) {
      const stack = `dev-${cloud}`;
      process.env.PULUMI_OPTION_CONFIG_FILE = await prepareStack(home, project, stack, settings[cloud]);
      report(`${stack}: preview`);
      const job = { stack, env: "dev", program: cloud, cloud };
      results.push(await previewStack({ job, policyPack: preparePolicyPack(home, policyPack), root: project, signal }));
    }
    const comment = renderComment({ results, labels: [] }, { commit: "89dad0e1f2a3" });
    fs.writeFileSync(path.join(repositoryRoot, "docs/preview-comment.md"), `${introduction}\n${comment}`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const introduction = `# The comment on a pull request

What \`npm run ci -- comment\` writes on a pull request that adds an app, asks for larger nodes on AWS, for a newer Kubernetes
on Azure, and for another address range on Google Cloud. Written by \`npm run preview:comment\`, from real previews on the
simulated clouds.

---
`;

runMain(async () => {
  await interruptible(main);
  return undefined;
});
