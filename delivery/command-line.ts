import { Command, CommanderError } from "commander";
import { describeExitCodes, exitCodeOf, exitCodes, messageOf } from "./failure";

/** Commands by name. Each is loaded when it is asked for: one starts faster without what the others need. */
export type Commands = Readonly<Record<string, () => Promise<Command>>>;

/**
 * Runs the command that the command line names, and ends the process with its exit code.
 *
 * @param name what the whole is called in help, for instance `trinity`
 */
export function runCommandLine(name: string, description: string, commands: Commands): void {
  // What cannot be told, to a pipe that was closed or a full disk, must not end work halfway: progress is lost, and a result
  // is a fault once everything is done.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  run(new Command(name).description(description).addHelpText("after", describeExitCodes()), commands)
    .catch((error: unknown) => {
      if (error instanceof CommanderError) {
        process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.input;
        return;
      }
      process.stderr.write(`\n${messageOf(error)}\n`);
      process.exitCode = exitCodeOf(error);
    })
    .finally(() => {
      process.stdout.write("", (error) => {
        if (error) {
          process.stderr.write(`\nThe result cannot be written to standard output: ${error.message}.\n`);
          process.exitCode = exitCodes.fault;
        }
        // Retries of a request that was given up may still be waiting.
        process.exit();
      });
    });
}

async function run(program: Command, commands: Commands): Promise<void> {
  const name = process.argv[2] ?? "";
  // Not what every object has, such as `constructor`.
  const one = Object.hasOwn(commands, name) ? commands[name] : undefined;
  for (const load of one === undefined ? Object.values(commands) : [one]) program.addCommand(await load());
  exitOverride(program);
  await program.parseAsync();
}

/** Usage errors have an exit code of their own; help is none. */
function exitOverride(command: Command): void {
  command.exitOverride();
  command.commands.forEach(exitOverride);
}
