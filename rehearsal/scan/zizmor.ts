import * as fs from "node:fs/promises";
import * as path from "node:path";
import { shared } from "../paths";
import { loadExeca } from "../tools/execa";
import { acquireLock } from "../tools/lock.cjs";

/** The version that requirements.txt pins. */
export const zizmorVersion = "1.32.0";

/** The pinned wheels, each by its hash. */
const requirements = path.join(__dirname, "requirements.txt");

/** The longest that another process may take to install it. */
const longestWaitMs = 10 * 60_000;

/**
 * zizmor: the one on PATH if it is of the pinned version, or else one in `tools/zizmor-<version>` of the shared folder, which
 * Python's pip installs the first time.
 *
 * @returns the executable
 * @throws Error saying what is missing
 */
export async function ensureZizmor(): Promise<string> {
  if (await isRight("zizmor")) return "zizmor";
  const place = path.join(shared.root, "tools", `zizmor-${zizmorVersion}`);
  const own = path.join(place, "bin", "zizmor");
  if (await isRight(own)) return own;
  const lock = await acquireLock(path.join(shared.locks, "zizmor.lock"), { timeoutMs: longestWaitMs });
  try {
    if (!(await isRight(own))) await install(place);
  } finally {
    lock.release();
  }
  return own;
}

async function isRight(zizmor: string): Promise<boolean> {
  const { execa } = await loadExeca();
  const { stdout } = await execa(zizmor, ["--version"], { reject: false });
  return stdout === `zizmor ${zizmorVersion}`;
}

/** An environment cannot be moved: a half made one is taken away first. */
async function install(place: string): Promise<void> {
  await fs.rm(place, { recursive: true, force: true });
  await step("python3", ["-m", "venv", place]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
  await step(path.join(place, "bin", "python3"), [
    ...pip,
    "--only-binary",
    ":all:",
    "--require-hashes",
    "-r",
    requirements,
  ]);
}

async function step(command: string, args: readonly string[]): Promise<void> {
  const { execa } = await loadExeca();
  const { failed, stderr, shortMessage } = (await execa(command, args, { reject: false })) as {
    readonly failed: boolean;
    readonly stderr?: string;
    readonly shortMessage?: string;
  };
  if (!failed) return;
  throw new Error(
    `zizmor ${zizmorVersion} is not on PATH and cannot be installed with Python 3 and its venv module (Debian: ` +
      `apt-get install python3-venv): ${String(shortMessage)}\n${stderr ?? ""}`,
  );
}
