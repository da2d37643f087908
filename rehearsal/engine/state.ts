import * as fs from "node:fs";
import path from "node:path";
import type { EngineHome } from "./home";
import { runPulumi, type RunOptions } from "./pulumi";

/** A resource as `pulumi stack export` shows it (pulumi/pulumi sdk/go/common/apitype/core.go, ResourceV3). */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly custom?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
}

/** What the engine had begun when it was killed. */
export interface PendingOperation {
  readonly type: "creating" | "updating" | "deleting" | "reading";
  readonly resource: StateResource;
}

/** A stack's state, as far as it is read here. */
export interface StackState {
  readonly deployment: {
    readonly resources?: readonly StateResource[];
    readonly pending_operations?: readonly PendingOperation[];
  };
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
