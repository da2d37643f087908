import type { RunResult } from "../process";
import { run } from "../process";

/** Who may read and write the remote. */
export interface Access {
  /** Address of the repository. */
  readonly url: string;
  /** Sent to that host as a password, and nowhere else. @default git's own credential helpers */
  readonly token: string | undefined;
}

/** Variables that would lead git to the caller's own repository or index (`git rev-parse --local-env-vars`). */
const local = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_PREFIX",
  "GIT_COMMON_DIR",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_SHALLOW_FILE",
  "GIT_CONFIG",
  "GIT_CONFIG_PARAMETERS",
];

/** Environment of every git command: asks nobody for anything, speaks untranslated, gives up on a dead connection. */
export function gitEnvironment(folder: string | undefined, access?: Access): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !local.includes(name));
  const settings: [string, string][] = [
    ["http.lowSpeedLimit", "1000"],
    ["http.lowSpeedTime", "20"],
    // A temporary repository needs no tidying; asking for it would be a process for each command.
    ["maintenance.auto", "false"],
    // What is in the temporary repository need not outlive a power cut.
    ["core.fsync", "none"],
  ];
  if (access?.token !== undefined && /^https?:/.test(access.url)) {
    // In the environment, since arguments are for everyone on the machine to see, and bound to the host.
    const login = Buffer.from(`x-access-token:${access.token}`).toString("base64");
    settings.push([`http.${new URL(access.url).origin}/.extraHeader`, `Authorization: Basic ${login}`]);
  }
  const first = Number(process.env.GIT_CONFIG_COUNT ?? 0);
  const configuration = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${first + index}`, key],
    [`GIT_CONFIG_VALUE_${first + index}`, value],
  ]);
  return {
    ...(Object.fromEntries([...own, ...configuration]) as NodeJS.ProcessEnv),
    GIT_CONFIG_COUNT: String(first + settings.length),
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_SSH_COMMAND: process.env.GIT_SSH_COMMAND ?? "ssh -o BatchMode=yes -o ConnectTimeout=20",
    LC_ALL: "C",
    ...(folder === undefined ? {} : { GIT_DIR: folder }),
  };
}

/** How a git command is run. */
export interface GitOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly input?: string | Buffer;
  readonly seconds?: number;
}

/** Runs git to its end, whatever comes of it. */
export async function tryGit(args: readonly string[], options: GitOptions): Promise<RunResult> {
  return run("git", args, options);
}

/** Runs git. @throws Error with git's own words when it fails */
export async function git(args: readonly string[], options: GitOptions): Promise<Buffer> {
  const { code, stdout, stderr } = await tryGit(args, options);
  if (code !== 0) throw new Error(`\`git ${args.slice(0, 2).join(" ")}\` failed: ${stderr.trim()}`);
  return stdout;
}
