import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { EngineEvent } from "@pulumi/pulumi/automation/events";
import { findTool } from "../../delivery/tools";
import { renewStateLogin } from "../login/renew";
import { withoutColours } from "./colours";
import { nameOf } from "./steps";
import { withoutSecrets } from "./secrets";

/** How the engine is run. */
export interface EngineRun {
  /** Folder of the Pulumi project. */
  readonly root: string;
  /**
   * Aborted, the engine is told to end: it finishes what it began in the cloud, writes its state and gives its lock back.
   */
  readonly signal: AbortSignal;
  /**
   * Aborted after `signal`, the engine is told again: it waits for nothing more, notes what it had begun in its state and
   * gives its lock back, which it could not if it were killed.
   */
  readonly hurry?: AbortSignal;
  readonly onEvent?: (event: EngineEvent) => void;
}

/** What an operation came to. */
export interface EngineResult {
  readonly ok: boolean;
  /** Everything that it called an error, each with its resource; what it printed, where it said nothing else. */
  readonly errors: readonly string[];
}

/**
 * Runs `preview`, `up`, `refresh` or `destroy`, reading the engine's events (pulumi/pulumi
 * sdk/go/common/apitype/events.go), one JSON object a line.
 */
export async function runOperation(args: readonly string[], options: EngineRun): Promise<EngineResult> {
  const engine = await start([...args, "--json", "--non-interactive"], options);
  const errors: string[] = [];
  const [stderr] = await Promise.all([
    text(engine.stderr),
    (async () => {
      for await (const line of createInterface({ input: engine.stdout })) {
        const event = parseEvent(line);
        if (event === undefined) continue;
        if (event.diagnosticEvent?.severity === "error") errors.push(describe(event.diagnosticEvent));
        options.onEvent?.(event);
      }
    })(),
  ]);
  const code = await engine.ended;
  const found = code === 0 || errors.length > 0 ? errors : [stderr.trim() || `The engine ended with ${code}.`];
  return { ok: code === 0, errors: [...new Set(found)].map((error) => withoutSecrets(error)) };
}

/** Runs any other command and returns what it printed. @throws Error with what it wrote to standard error */
export async function runCommand(args: readonly string[], options: EngineRun): Promise<string> {
  const engine = await start([...args, "--non-interactive", "--color=never"], options);
  const [stdout, stderr, code] = await Promise.all([text(engine.stdout), text(engine.stderr), engine.ended]);
  if (code !== 0) throw new Error(withoutSecrets(`pulumi ${args.join(" ")}:\n${stderr.trim() || stdout.trim()}`));
  return stdout;
}

async function start(args: readonly string[], { root, signal, hurry }: EngineRun) {
  await renewStateLogin(process.env, signal);
  signal.throwIfAborted();
  const child = spawn(findTool("pulumi"), args, {
    cwd: root,
    env: { ...process.env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: what ends a job reaches this process only, which passes it on once.
    detached: true,
  });
  const tell = () => child.kill("SIGINT");
  signal.addEventListener("abort", tell, { once: true });
  hurry?.addEventListener("abort", tell, { once: true });
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, name) => {
      resolve(code ?? name ?? 1);
    });
  }).finally(() => {
    signal.removeEventListener("abort", tell);
    hurry?.removeEventListener("abort", tell);
  });
  return { stdout: child.stdout, stderr: child.stderr, ended };
}

function parseEvent(line: string): EngineEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    // The last line of an engine that was killed.
    return undefined;
  }
}

function describe({ urn, message }: { readonly urn?: string; readonly message: string }): string {
  const name = urn === undefined ? "" : nameOf(urn);
  const type = urn?.split("::")[2]?.split("$").at(-1) ?? "";
  const said = withoutColours(message).trim();
  return name === "" ? said : `${type} ${name}: ${said}`;
}
