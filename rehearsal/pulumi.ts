import { platformPrograms, readStackName } from "../infra/stack-name";
import type { EngineHome } from "./engine/home";
import { policyPack, preparePolicyPack } from "./engine/policy";
import { executionOptions, runPulumi, type RunOptions } from "./engine/pulumi";
import { recoverStack } from "./engine/recover";
import { prepareStack } from "./engine/stack-file";
import { interruptible } from "./interruption";
import { repositoryRoot } from "./paths";
import { runMain } from "./run-main";
import type { StackOptions } from "./run/stacks";
import { openWorkshop, type Workshop } from "./workshop";
import { loadExeca } from "./tools/execa";

/**
 * `npm run pulumi -- <any pulumi command>`: the real engine, with the rehearsal's backend and simulated clouds. A
 * stack that is named with `--stack` and does not exist yet in that backend is made.
 */
async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const workshop = openWorkshop(signal);
  const home = await workshop.home(report);
  const stack = stackOf(args) ?? (await selectedStack(home));
  if (stack === undefined) {
    return passOn(home, args);
  }
  const { program } = readStackName(stack);
  if (platformPrograms.includes(program)) {
    return runOn(home, stack, args, { signal });
  }
  return withApp(workshop, home, program, signal, (settings, environment) =>
    runOn(home, stack, args, { settings, environment, signal }),
  );
}

async function runOn(
  home: EngineHome,
  stack: string,
  args: readonly string[],
  { settings = {}, environment = {}, signal }: StackOptions & { readonly signal: AbortSignal },
): Promise<number> {
  const configFile = await prepareStack(home, repositoryRoot, stack, settings);
  const command = commandOf(args);
  if (command !== "cancel") {
    await recoverStack(home, stack, configFile, report, { environment, signal });
  }
  // `pulumi config` reads and writes the checked-in file: it is the user's.
  const held =
    ["preview", "up", "update"].includes(command ?? "") && !args.some((word) => word.startsWith("--policy-pack"));
  signal.throwIfAborted();
  const policy = held ? ["--policy-pack", preparePolicyPack(home, policyPack)] : [];
  return passOn(home, [...args, ...policy], { environment, ...(command === "config" ? {} : { configFile }) });
}

/** An app's stack needs the registries and the builder for as long as the command runs. */
async function withApp(
  workshop: Workshop,
  home: EngineHome,
  app: string,
  signal: AbortSignal,
  work: (settings: Record<string, unknown>, environment: Readonly<Record<string, string>>) => Promise<number>,
): Promise<number> {
  // Loaded only here: a cloud's stack needs none of it.
  const { appSettings, openServices } = await import("./run/services");
  const services = await openServices(workshop, home, report);
  try {
    signal.throwIfAborted();
    return await work(await appSettings(home, services, app), services.environment);
  } finally {
    await services.stop();
  }
}

async function passOn(home: EngineHome, args: readonly string[], options: RunOptions = {}): Promise<number> {
  // In the terminal's own process group: Ctrl-C reaches the engine, which asks and ends in order; this waits for it.
  const settings = executionOptions(home, options);
  const { execa } = await loadExeca();
  const result = await execa(home.pulumi, args, {
    ...settings,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
    detached: false,
  });
  return result.exitCode ?? 1;
}

function report(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** Options of every command that take a value (`pulumi --help`, global flags), and the stack's. */
const optionsWithValue = [
  "-s",
  "--stack",
  "-C",
  "--cwd",
  "-v",
  "--verbose",
  "--color",
  "--profiling",
  "--tracing",
  "--memprofilerate",
];

/** The first word that is neither an option nor an option's value: `config` in `-s dev-aws config set …`. */
function commandOf(args: readonly string[]): string | undefined {
  return args.find((word, index) => !word.startsWith("-") && !optionsWithValue.includes(args[index - 1] ?? ""));
}

/** The stack that the command line names: `-s dev-aws`, `-sdev-aws`, `-s=dev-aws`, `--stack dev-aws`, `--stack=dev-aws`. */
function stackOf(args: readonly string[]): string | undefined {
  for (const [index, argument] of args.entries()) {
    if (argument === "-s" || argument === "--stack") {
      return args[index + 1];
    }
    const glued = /^(?:--stack=|-s=?)(?<stack>[^-=].*)$/.exec(argument)?.groups?.stack;
    if (glued !== undefined) {
      return glued;
    }
  }
  return undefined;
}

async function selectedStack(home: EngineHome): Promise<string | undefined> {
  return runPulumi(home, ["stack", "--show-name"]).catch(() => undefined);
}

runMain(() => interruptible((signal) => main(process.argv.slice(2), signal)));
