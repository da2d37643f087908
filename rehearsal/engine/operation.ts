import { createInterface } from "node:readline";
import type { EngineHome } from "./home";
import { EngineError, executionOptions, type RunOptions } from "./pulumi";
import { loadExeca } from "../tools/execa";

/** Operations that change or judge a stack as a whole. */
export type Operation = "preview" | "up" | "refresh" | "destroy";

/** How many resources an operation created, updated, …; `same` where nothing changed. */
export type Changes = Readonly<Record<string, number>>;

/** The part of the engine's events that is used (pulumi/pulumi sdk/go/common/apitype/events.go). */
interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: StepMetadata };
  readonly resOutputsEvent?: { readonly metadata: StepMetadata };
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string; readonly urn?: string };
  readonly summaryEvent?: { readonly resourceChanges?: Changes };
}

interface StepMetadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
}

/** One sentence for whoever watches. */
export type Progress = (message: string) => void;

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
  options: RunOptions & { readonly args?: readonly string[]; readonly onProgress?: Progress } = {},
): Promise<Changes> {
  const confirmation = operation === "preview" ? [] : ["--yes", "--skip-preview"];
  const args = [operation, "--stack", stack, ...confirmation, "--json", "--non-interactive", ...(options.args ?? [])];
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
    if (event?.diagnosticEvent?.severity === "error") {
      errors.push(describe(event.diagnosticEvent));
    }
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
