import { sharedPaths } from "../../rehearsal/paths";
import { ensureTools } from "../../rehearsal/tools/index";
import { tableAt } from "./support";

/** Gets kustomize in a process of its own: `worker.ts <shared folder> <PATH> <site>`; prints the tool as JSON. */
async function main([root = "", PATH = "", address = ""]: readonly string[]): Promise<void> {
  const options = { shared: sharedPaths(root), env: { PATH, HOME: "" }, table: tableAt(address) };
  const { kustomize } = await ensureTools(["kustomize"], {
    ...options,
    onProgress: ({ phase }) => process.stderr.write(`${phase}\n`),
  });
  process.stdout.write(JSON.stringify(kustomize));
}

void main(process.argv.slice(2));
