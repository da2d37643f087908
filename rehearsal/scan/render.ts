import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { renderOverlays } from "../../delivery/kustomize";
import { repositoryRoot } from "../paths";
import { runMain } from "../run-main";
import { ensureTools } from "../tools/index";
import { renderedFolders } from "./overlays";

/** Objects that Argo CD will make of each folder, by its kustomization.yaml. Nothing is written to the repository. */
export async function renderAll(root = repositoryRoot): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const { kustomize } = await ensureTools(["kustomize"]);
  const copy = await fs.mkdtemp(path.join(os.tmpdir(), "trinity-render-"));
  try {
    for (const folder of ["apps", "gitops"]) {
      const filter = (source: string) => !/[/\\](node_modules|dist)$/.test(source);
      await fs.cp(path.join(root, folder), path.join(copy, folder), { recursive: true, filter });
    }
    return await renderOverlays(kustomize.path, renderedFolders(root), copy, new AbortController().signal);
  } finally {
    await fs.rm(copy, { recursive: true, force: true });
  }
}

/** `npm run render`: renders every folder that Argo CD renders, and says what comes out. */
async function main(): Promise<undefined> {
  for (const [file, objects] of await renderAll()) {
    if (objects.length === 0) throw new Error(`${file} renders nothing.`);
    process.stdout.write(`${file}: ${objects.length} objects\n`);
  }
  return undefined;
}

if (require.main === module) runMain(main);
