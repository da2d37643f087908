import path from "node:path";
import { pathToFileURL } from "node:url";
import { quote, writeExecutable } from "../../executable";
import { commandNames } from "./played";

/**
 * Writes stand-ins of the clouds' own commands (`aws`, `gcloud`, `az`, and those that kubeconfigs name). They log in to the
 * simulated clouds with what their environment holds, as the real ones would.
 *
 * @param folder for PATH
 * @param worlds the folder of the simulated clouds
 */
export function installCommands(folder: string, worlds: string): void {
  const tsx = pathToFileURL(require.resolve("tsx")).href;
  const main = path.join(__dirname, "index.ts");
  for (const name of commandNames) {
    const words = [process.execPath, "--disable-warning=ExperimentalWarning", "--import", tsx, main, worlds, name];
    writeExecutable(path.join(folder, name), `#!/bin/sh\nexec ${words.map(quote).join(" ")} "$@"\n`);
  }
}
