import * as http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { json } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { quote, writeExecutable } from "../../../rehearsal/executable";

/** What somebody typed after the command's name, and what was piped into it. */
export interface Typed {
  readonly args: readonly string[];
  readonly input: string;
}

/**
 * A simulated command of a vendor's: it answers the calls that the guide makes, in the shape that the vendor documents.
 *
 * @returns what it prints; undefined for a call that it does not know
 */
export type StandIn = (typed: Typed) => string | undefined;

/**
 * Puts simulated commands into a folder, for PATH. Each is a few lines that hand the call to this process and print its answer;
 * a call that is not known, or that is refused, fails there as a command does.
 */
export async function standIn(
  context: TestContext,
  folder: string,
  commands: Readonly<Record<string, StandIn>>,
): Promise<void> {
  const answer = async (request: http.IncomingMessage): Promise<readonly [number, string]> => {
    const name = path.basename(request.url ?? "");
    const typed = (await json(request)) as Typed;
    try {
      const printed = commands[name]?.(typed);
      return printed === undefined
        ? [1, `${name}: the stand-in does not know the call ${JSON.stringify(typed.args)}.`]
        : [0, printed];
    } catch (error) {
      return [1, `${name}: ${String(error)}`];
    }
  };
  const server = http.createServer((request, response) => {
    void answer(request).then(([code, printed]) => {
      response.writeHead(code === 0 ? 200 : 400).end(printed);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  for (const name of Object.keys(commands)) {
    const script = program(`http://127.0.0.1:${port}/${name}`);
    writeExecutable(
      path.join(folder, name),
      `#!/bin/sh\nexec ${quote(process.execPath)} -e ${quote(script)} -- "$@"\n`,
    );
  }
}

/** What such a command runs. Its input counts where something is piped in: a terminal, or nothing, is no pipe. */
function program(address: string): string {
  return `const fs = require("node:fs");
const input = fs.fstatSync(0).isFIFO() ? fs.readFileSync(0, "utf8") : "";
const body = JSON.stringify({ args: process.argv.slice(1), input });
fetch(${JSON.stringify(address)}, { method: "POST", body }).then(async (answer) => {
  (answer.ok ? process.stdout : process.stderr).write(await answer.text() + "\\n");
  process.exitCode = answer.ok ? 0 : 1;
});`;
}

/** The value after an option; undefined where the option is not there. */
export function option(args: readonly string[], name: string): string | undefined {
  const index = args.indexOf(name);
  return index < 0 ? undefined : args[index + 1];
}
