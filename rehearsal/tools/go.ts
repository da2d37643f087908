import { access, mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import type { SharedPaths } from "../paths";
import { loadExeca } from "./execa";
import { type Environment, inHome, nonEmpty, which } from "./on-path";
import type { ToolSpec } from "./types";
import { isAtLeast } from "./version";

/** From this version on Go fetches by itself the newer Go that a go.mod asks for (GOTOOLCHAIN=auto). */
const OLDEST_GO = "1.21.0";

/** Go's and the C compiler's place, checked to be good enough for building `spec`. @throws Error naming what is missing */
export async function requireGo(shared: SharedPaths, spec: ToolSpec, env: Environment): Promise<string> {
  const wanted = await goDirective(path.join(moduleFolder(spec), "go.mod"));
  const need = `building ${spec.name} needs Go ${wanted} (Go ${OLDEST_GO} or later fetches that itself)`;
  const go = await which("go", env);
  if (go === undefined) throw new Error(`${need}, and there is no go on PATH`);
  const { execa } = await loadExeca();
  const { stdout } = await execa(go, ["version"], {
    env: { GOTOOLCHAIN: "local", XDG_CONFIG_HOME: configurationFolder(shared) },
    timeout: 10_000,
    reject: false,
  });
  const found = /\bgo(\d\S*)/.exec(stdout)?.[1];
  if (found === undefined) throw new Error(`${need}, and ${go} does not tell its version`);
  if (!isAtLeast(found, OLDEST_GO)) throw new Error(`${need}, and ${go} is ${found}`);
  if (spec.build.cgo) await requireCompiler(spec, env);
  return go;
}

async function requireCompiler(spec: ToolSpec, env: Environment): Promise<void> {
  const candidates = env.CC ? [env.CC] : ["gcc", "clang", "cc"];
  const found = await Promise.all(candidates.map(async (name) => (path.isAbsolute(name) ? name : which(name, env))));
  if (found.some((compiler) => compiler !== undefined)) return;
  throw new Error(`building ${spec.name} needs a C compiler, and there is no ${candidates.join(", ")} on PATH`);
}

/** The folder with the go.mod and go.sum that pin a tool's build. */
export function moduleFolder(spec: ToolSpec): string {
  return path.join(__dirname, "go", spec.build.module);
}

/**
 * The environment of a Go build: every cache under the shared folder, and nothing in the user's home. The user's own
 * Go settings that say where modules come from (GOPROXY, GOPRIVATE, …) hold.
 */
export async function goEnvironment(shared: SharedPaths, spec: ToolSpec, env: Environment): Promise<Environment> {
  const folder = (name: string) => path.join(shared.goCache, name);
  await mkdir(folder("tmp"), { recursive: true });
  return {
    GOPATH: folder("path"),
    GOMODCACHE: folder("mod"),
    GOCACHE: folder("build"),
    GOTMPDIR: folder("tmp"),
    GOENV: await goSettings(env),
    XDG_CONFIG_HOME: configurationFolder(shared),
    // -modcacherw: a module cache that can be removed like any folder.
    GOFLAGS: "-mod=readonly -modcacherw -buildvcs=false",
    GOTOOLCHAIN: "auto",
    // The compiler collects garbage less often: a tenth of the time for twice the memory (some hundred MB).
    GOGC: "400",
    GOWORK: "off",
    CGO_ENABLED: spec.build.cgo ? "1" : "0",
    // A cross-compiled tool would not run here.
    GOOS: "",
    GOARCH: "",
  };
}

/** Removes what a build that was killed left over. The caller holds the tools' lock, so nobody else builds. */
export async function removeGoLeftovers(shared: SharedPaths): Promise<void> {
  await rm(path.join(shared.goCache, "tmp"), { recursive: true, force: true });
}

/** Where Go keeps its telemetry counters, which it writes unless it was told not to: not in the user's home. */
function configurationFolder(shared: SharedPaths): string {
  return path.join(shared.goCache, "config");
}

/** The user's `go env -w` file, which XDG_CONFIG_HOME would otherwise hide. */
async function goSettings(env: Environment): Promise<string> {
  if (env.GOENV) return env.GOENV;
  const configuration = nonEmpty(env.XDG_CONFIG_HOME) ?? inHome(env, ".config");
  if (configuration === undefined) return "off";
  const file = path.join(configuration, "go", "env");
  return access(file).then(
    () => file,
    () => "off",
  );
}

async function goDirective(goMod: string): Promise<string> {
  return /^go (\S+)$/m.exec(await readFile(goMod, "utf8"))?.[1] ?? OLDEST_GO;
}
