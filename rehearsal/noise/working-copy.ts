import * as fs from "node:fs";
import path from "node:path";
import type { Edit } from "./changes";

/** What a stack's program is made of. */
const parts = ["Pulumi.yaml", "apps", "components", "infra", "package.json", "stacks", "tsconfig.json"] as const;

/** Copies the program, so that changes leave the repository alone. Packages are shared. */
export function makeWorkingCopy(repository: string, folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  const isSource = (file: string) => !["node_modules", "dist", "assembly"].includes(path.basename(file));
  for (const part of parts) {
    fs.cpSync(path.join(repository, part), path.join(folder, part), { recursive: true, filter: isSource });
  }
  fs.symlinkSync(path.join(repository, "node_modules"), path.join(folder, "node_modules"));
}

/**
 * Makes an edit's changes to files.
 *
 * @returns takes them back
 * @throws Error when a file stays as it was: what is measured would be nothing
 */
export function editFiles(folder: string, files: Edit["files"] = {}): () => void {
  const undo = Object.entries(files).map(([name, change]) => {
    const file = path.join(folder, name);
    const before = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
    const after = typeof change === "string" ? change : change(before ?? "");
    if (after === before)
      throw new Error(`${name}: the edit changes nothing; rehearsal/noise/changes.ts is out of date.`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, after);
    return () => {
      if (before === undefined) fs.rmSync(path.dirname(file), { recursive: true });
      else fs.writeFileSync(file, before);
    };
  });
  return () => {
    undo.forEach((take) => {
      take();
    });
  };
}
