import { runMain } from "../run-main";
import { ensureTools } from "../tools/index";
import { tools } from "../tools/tools";
import { exceptions } from "./exceptions";
import { judge, score } from "./kube-score";
import { renderAll } from "./render";

/** `npm run lint:manifests`: renders every folder that Argo CD renders, and has kube-score look over what comes out. */
async function main(): Promise<number> {
  const { "kube-score": kubeScore } = await ensureTools(["kube-score"]);
  const kubernetes = `v${tools["kube-apiserver"].version.split(".").slice(0, 2).join(".")}`;
  const rendered = [...(await renderAll())];
  const findings = [];
  for (const [file, objects] of rendered) findings.push(...(await score(kubeScore.path, file, objects, kubernetes)));
  const { wrong, idle } = judge(findings, exceptions);
  for (const { file, object, check, comments } of wrong) {
    process.stderr.write(`${file}: ${object}: ${check}\n${comments.map((comment) => `  ${comment}\n`).join("")}`);
  }
  for (const { check, object } of idle) {
    const whose = object === undefined ? "" : ` of ${object}`;
    process.stderr.write(`rehearsal/scan/exceptions.ts: ${check}${whose} is not needed any more; take it out.\n`);
  }
  if (wrong.length + idle.length > 0) return 1;
  process.stdout.write(`${rendered.length} folders scanned, nothing found.\n`);
  return 0;
}

runMain(main);
