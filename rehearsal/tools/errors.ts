import type { Platform, ToolName, ToolSpec } from "./types";

/** Why each way that was tried did not lead to a tool. */
export type Attempts = ReadonlyMap<ToolName, readonly string[]>;

/** Tools that could not be had. */
export class ToolsError extends Error {
  override readonly name = "ToolsError";
  /** The tools, in the order in which they were asked for. */
  readonly tools: readonly ToolName[];

  constructor(missing: readonly ToolSpec[], attempts: Attempts, platform: Platform) {
    super(missing.map((spec) => explain(spec, attempts.get(spec.name) ?? [], platform)).join("\n\n"));
    this.tools = missing.map(({ name }) => name);
  }
}

function explain(spec: ToolSpec, tried: readonly string[], platform: Platform): string {
  const need = `${spec.name} ${spec.minimum} or later is needed to ${spec.purpose}, and could not be had`;
  if (!spec.platforms.includes(platform)) {
    return `${need}: it runs on ${spec.platforms.join(", ")}, and this machine is ${platform}.`;
  }
  return [
    `${need}:`,
    ...tried.map((reason) => `  - ${reason}`),
    `${remedy(spec)} (Behind a proxy, set HTTPS_PROXY and NODE_USE_ENV_PROXY=1.)`,
  ].join("\n");
}

function remedy({ name, installed, build }: ToolSpec): string {
  const compiler = build.cgo ? " and a C compiler (gcc)" : "";
  const toBuild = `install Go${compiler} from your system's packages, so that it can be built`;
  if (installed.kind === "version") return `Put ${name} on PATH, or ${toBuild}, and run this again.`;
  return `Let this machine reach the download, or ${toBuild}, and run this again.`;
}
