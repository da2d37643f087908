import * as fs from "node:fs";
import path from "node:path";
import type { StackState } from "../../ci/engine/state";
import type { EngineHome } from "./home";
import { runPulumi, type RunOptions } from "./pulumi";

export type { PendingOperation, StackState, StateResource } from "../../ci/engine/state";

/** Where the file backend keeps a project's stacks (pulumi/pulumi pkg/backend/diy/store.go). */
export function stateFolder(home: Pick<EngineHome, "paths">): string {
  return path.join(home.paths.state, ".pulumi", "stacks", "trinity");
}

/**
 * What the backend's file of a stack holds, secrets encrypted: spares a run of the engine where it is only looked into.
 * Nothing for a stack that does not exist.
 */
export function readCheckpoint(home: EngineHome, stack: string): StackState["deployment"] {
  const file = path.join(stateFolder(home), `${stack}.json`);
  if (!fs.existsSync(file)) {
    return {};
  }
  const { checkpoint } = JSON.parse(fs.readFileSync(file, "utf8")) as {
    readonly checkpoint?: { readonly latest?: StackState["deployment"] };
  };
  return checkpoint?.latest ?? {};
}

/** The engine's `stack export`. @param secrets whether secrets are shown; never write that to a file. @default false */
export async function exportState(
  home: EngineHome,
  stack: string,
  options: RunOptions & { readonly secrets?: boolean } = {},
): Promise<StackState> {
  const args = ["stack", "export", "--stack", stack, ...(options.secrets === true ? ["--show-secrets"] : [])];
  return JSON.parse(await runPulumi(home, args, options)) as StackState;
}

/** The stack's outputs, secrets as `[secret]`. */
export async function stackOutputs(home: EngineHome, stack: string, options: RunOptions = {}): Promise<unknown> {
  return JSON.parse(await runPulumi(home, ["stack", "output", "--stack", stack, "--json"], options));
}

/** Writes JSON so that a reader sees all of it or none. */
export function writeJson(file: string, value: unknown): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  fs.writeFileSync(temporary, `${JSON.stringify(value, undefined, 2)}\n`);
  fs.renameSync(temporary, file);
}
