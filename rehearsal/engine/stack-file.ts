import * as fs from "node:fs";
import path from "node:path";
import { dump, load } from "js-yaml";
import type { EngineHome } from "./home";
import { runPulumi } from "./pulumi";
import { stateFolder } from "./state";

/** What `stacks/Pulumi.<stack>.yaml` holds. */
interface StackFile {
  readonly config?: Record<string, unknown>;
  readonly encryptionsalt?: string;
}

/**
 * Makes sure that a stack exists in the home's backend, and writes the settings that it runs with: the checked-in
 * ones, some replaced. A copy, since the engine notes its secrets' salt in a stack's file, which would dirty the
 * repository.
 *
 * @param repository the repository's root, where `stacks/` lies
 * @param replaced settings of the rehearsal in place of the checked-in ones
 * @returns the settings file to run the stack with
 */
export async function prepareStack(
  home: EngineHome,
  repository: string,
  stack: string,
  replaced: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const salt = await ensureStack(home, stack);
  const file = path.join(home.paths.settings, `Pulumi.${stack}.yaml`);
  const content = dump({ encryptionsalt: salt, config: { ...checkedInSettings(repository, stack), ...replaced } });
  if (!fs.existsSync(file) || fs.readFileSync(file, "utf8") !== content) {
    const temporary = `${file}.${process.pid}`;
    fs.writeFileSync(temporary, content);
    fs.renameSync(temporary, file);
  }
  return file;
}

/** The settings that the repository has for a stack; none where it has no file. */
export function checkedInSettings(repository: string, stack: string): Readonly<Record<string, unknown>> {
  return readStackFile(path.join(repository, "stacks", `Pulumi.${stack}.yaml`)).config ?? {};
}

/** Names of the stacks that the home's backend holds. */
export function existingStacks(home: EngineHome): string[] {
  const folder = stateFolder(home);
  const files = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  return files.filter((file) => file.endsWith(".json")).map((file) => path.basename(file, ".json"));
}

/** Creates the stack if need be, from a project of the same name beside the state, and returns its salt. */
async function ensureStack(home: EngineHome, stack: string): Promise<string> {
  const project = path.join(home.paths.root, "project");
  const file = path.join(project, `Pulumi.${stack}.yaml`);
  const known = readStackFile(file).encryptionsalt;
  if (known !== undefined && existingStacks(home).includes(stack)) {
    return known;
  }
  fs.mkdirSync(project, { recursive: true });
  fs.writeFileSync(path.join(project, "Pulumi.yaml"), dump({ name: "trinity", runtime: "nodejs" }));
  await runPulumi(home, ["stack", "init", stack, "--no-select"], { cwd: project });
  const salt = readStackFile(file).encryptionsalt;
  if (salt === undefined) {
    throw new Error(`pulumi stack init ${stack} left no encryptionsalt in ${file}; remove ${project} and run again.`);
  }
  return salt;
}

function readStackFile(file: string): StackFile {
  if (!fs.existsSync(file)) {
    return {};
  }
  try {
    return load(fs.readFileSync(file, "utf8")) ?? {};
  } catch (error) {
    throw new Error(`${file} is not YAML: ${(error as Error).message}`, { cause: error });
  }
}
