import { createInterface } from "node:readline";
import type { EngineEvent } from "@pulumi/pulumi/automation/events";
import type { EngineHome } from "./home";
import { policyResult, type PolicyResult, preparePolicyPack } from "./policy";
import { EngineError, executionOptions, type RunOptions } from "./pulumi";
import { loadExeca } from "../tools/execa";

/** Operations that change or judge a stack as a whole. */
export type Operation = "preview" | "up" | "refresh" | "destroy";

/** How many resources an operation created, updated, …; `same` where nothing changed. */
export type Changes = Readonly<Record<string, number>>;

/** One sentence for whoever watches. */
export type Progress = (message: string) => void;

export interface OperationOptions extends RunOptions {
  readonly args?: readonly string[];
  /** Folder of a policy pack that a preview or an up is held to; the others know none. @default none */
  readonly policyPack?: string;
  readonly onProgress?: Progress;
  /** Hears everything that the engine tells (pulumi/pulumi sdk/go/common/apitype/events.go). @default nobody */
  readonly onEvent?: (event: EngineEvent) => void;
  /** Hears what the pack's rules say. @default nobody: a mandatory rule fails the operation all the same */
  readonly onPolicy?: (result: PolicyResult) => void;
}

/**
 * Runs an operation on a stack, telling what is under way.
 *
 * @returns how many resources changed, and in which way
 * @throws EngineError with every error that the engine reported, each with its resource
 */
export async function runOperation(
  home: EngineHome,
  operation: Operation,
  stack: string,
  options: OperationOptions = {},
): Promise<Changes> {
  const confirmation = operation === "preview" ? [] : ["--yes", "--skip-preview"];
  const pack = operation === "preview" || operation === "up" ? options.policyPack : undefined;
  const policy = pack === undefined ? [] : ["--policy-pack", preparePolicyPack(home, pack)];
  const output = ["--json", "--non-interactive"];
  const args = [operation, "--stack", stack, ...confirmation, ...output, ...policy, ...(options.args ?? [])];
  const { execa } = await loadExeca();
  const engine = execa(home.pulumi, args, {
    ...executionOptions(home, options),
    env: { ...executionOptions(home, options).env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    buffer: { stdout: false },
  });
  const errors: string[] = [];
  const underWay = new Set<string>();
  let done = 0;
  let changes: Changes = {};
  for await (const line of createInterface({ input: engine.stdout })) {
    const event = parseEvent(line);
    if (event?.resourcePreEvent !== undefined && event.resourcePreEvent.metadata.op !== "same") {
      underWay.add(event.resourcePreEvent.metadata.urn);
    }
    if (event?.resOutputsEvent !== undefined) {
      underWay.delete(event.resOutputsEvent.metadata.urn);
      done += 1;
    }
    if (event?.policyEvent !== undefined) {
      const result = policyResult(event.policyEvent);
      options.onPolicy?.(result);
      if (result.level === "mandatory") {
        errors.push(result.message);
      }
    }
    if (event?.diagnosticEvent?.severity === "error") {
      errors.push(describe(event.diagnosticEvent));
    }
    if (event !== undefined) options.onEvent?.(event);
    changes = event?.summaryEvent?.resourceChanges ?? changes;
    options.onProgress?.(`${done} resources done${waiting(underWay)}`);
  }
  const result = await engine;
  if (result.signal !== undefined && options.signal?.aborted !== true) {
    errors.push(
      `The engine was ended by ${result.signal}. Run the same command again: the stack is put in order first.`,
    );
  }
  if (result.failed) {
    const words = errors.length > 0 ? [...new Set(errors)].join("\n") : result.stderr || result.shortMessage;
    throw new EngineError(`pulumi ${operation} --stack ${stack} failed:\n${words ?? ""}`);
  }
  return changes;
}

function parseEvent(line: string): EngineEvent | undefined {
  return line.startsWith("{") ? (JSON.parse(line) as EngineEvent) : undefined;
}

function describe(event: { readonly message: string; readonly urn?: string }): string {
  const name = event.urn?.split("::").slice(2).join(" ");
  return name === undefined || name === "" ? event.message.trim() : `${name}: ${event.message.trim()}`;
}

function waiting(underWay: ReadonlySet<string>): string {
  const names = [...underWay].map((urn) => urn.split("::").at(-1) ?? urn);
  return names.length === 0 ? "" : `, under way: ${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""}`;
}
