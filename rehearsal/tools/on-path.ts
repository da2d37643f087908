import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { queryVersion } from "./query-version";
import type { ToolName, ToolSpec } from "./types";
import { isAtLeast } from "./version";

/** A tool that was already on the machine, or why there is none that will do. */
export type Finding = { readonly path: string; readonly version: string } | { readonly reason: string };

/** The environment's variables that say where tools are. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Looks for a good enough version of a tool on the machine; nothing is changed. */
export async function findOnPath(
  spec: ToolSpec,
  table: Readonly<Record<ToolName, ToolSpec>>,
  env: Environment,
): Promise<Finding> {
  const { installed } = spec;
  switch (installed.kind) {
    case "version": {
      const executable = await which(spec.name, env);
      if (executable === undefined) return { reason: `there is no ${spec.name} on PATH` };
      const answer = await queryVersion(executable, installed);
      if ("reason" in answer) return answer;
      if (isAtLeast(answer.version, spec.minimum)) return { path: executable, version: answer.version };
      return { reason: `${executable} is ${answer.version}, older than ${spec.minimum}` };
    }
    case "beside": {
      const neighbour = await findOnPath(table[installed.tool], table, env);
      if ("reason" in neighbour) return { reason: `it comes with ${installed.tool}, and ${neighbour.reason}` };
      const folders = [path.dirname(neighbour.path), path.dirname(await realpath(neighbour.path))];
      for (const folder of folders) {
        const executable = path.join(folder, spec.name);
        if (await isExecutable(executable)) return { path: executable, version: neighbour.version };
      }
      return { reason: `there is no ${spec.name} beside ${neighbour.path}` };
    }
    case "pulumi-plugin": {
      const pulumiHome = nonEmpty(env.PULUMI_HOME) ?? inHome(env, ".pulumi");
      if (pulumiHome === undefined) return { reason: "neither PULUMI_HOME nor HOME says where Pulumi keeps plugins" };
      const folder = `resource-${installed.plugin}-v${spec.version}`;
      const executable = path.join(pulumiHome, "plugins", folder, spec.name);
      if (await isExecutable(executable)) return { path: executable, version: spec.version };
      return { reason: `there is no ${executable}` };
    }
    case "never":
      return { reason: "it is not taken from the machine" };
  }
}

/** An environment variable's value; an empty variable is an unset one. */
export function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

/** A folder in the user's home; undefined where there is no home, as in some containers and services. */
export function inHome(env: Environment, folder: string): string | undefined {
  return env.HOME ? path.join(env.HOME, folder) : undefined;
}

/** The first executable of that name on PATH, absolute. */
export async function which(name: string, env: Environment): Promise<string | undefined> {
  for (const folder of (env.PATH ?? "").split(path.delimiter)) {
    // An empty entry would mean the working directory; a tool is never taken from there.
    if (folder === "") continue;
    const candidate = path.resolve(folder, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
