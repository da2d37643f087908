import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../infra/repository-root";

/** Programs that the delivery runs besides git, and where to get them. */
const sources = {
  crane: "https://github.com/google/go-containerregistry/releases",
  kustomize: "https://github.com/kubernetes-sigs/kustomize/releases",
  pulumi: "https://www.pulumi.com/docs/install/",
} as const;

/**
 * Path of a program: the one on PATH, or else the one that `npm run tools` got: into this repository, or where
 * `TRINITY_SHARED_HOME` says.
 *
 * @throws Error saying where to get it
 */
export function findTool(name: keyof typeof sources): string {
  const { TRINITY_SHARED_HOME: shared = "" } = process.env;
  // An empty variable is an unset one, and no folder of whoever calls.
  const own = path.join(shared === "" ? path.join(repositoryRoot, ".trinity") : path.resolve(shared), "tools/bin");
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), own];
  const found = folders.filter((folder) => folder !== "").map((folder) => path.join(folder, name));
  const tool = found.find(isExecutable);
  if (tool === undefined) {
    throw new Error(`${name} is not on PATH, nor in ${own}. Install it (${sources[name]}) and run this again.`);
  }
  return tool;
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
