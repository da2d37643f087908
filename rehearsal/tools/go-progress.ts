import type { ToolProgress } from "./progress";
import type { ToolSpec } from "./types";

/** Turns the lines that Go prints while it fetches modules into progress. Modules it has already are not printed. */
export function fetchProgress({ name: tool, build }: ToolSpec): (line: string) => ToolProgress | undefined {
  let done = 0;
  return (line) => {
    if (!line.startsWith("go: downloading ")) return undefined;
    done += 1;
    const total = Math.max(build.modules, done);
    const message = `fetching Go modules: ${done} of about ${total}`;
    return { tool, phase: "fetching modules", done, total, unit: "modules", message };
  };
}

/**
 * Turns what `go build -v` prints, a line for each package that it compiles, into progress.
 * @param total how many packages there are to compile
 */
export function compileProgress(
  { name: tool, build }: ToolSpec,
  total: number,
): (line: string) => ToolProgress | undefined {
  let done = 0;
  return (line) => {
    if (!isImportPath(line)) return undefined;
    done += 1;
    if (line === build.package) return { tool, phase: "linking", message: "linking, the last step" };
    const percent = total === 0 ? 100 : Math.min(100, Math.floor((100 * done) / total));
    const message = `compiling: ${done} of ${total} Go packages (${percent} %)`;
    return { tool, phase: "compiling", done, total, unit: "packages", message };
  };
}

/** Everything else that Go says, errors included, has a space or a colon. */
export function isImportPath(line: string): boolean {
  return /^[\w.~-]+(?:\/[\w.~-]+)*$/.test(line);
}
