import type { ProviderDefinition } from "./definition";
import { endWithEngine } from "./end-with-engine";
import { SimulatedProvider } from "./provider";
import { serve } from "./server";

/**
 * Entry of a provider plugin. Arguments: the folder of the worlds and the version of the package that it stands for
 * (from the plugin's launcher), then the engine's address (from the engine).
 */
export function runProvider(definition: ProviderDefinition): void {
  const [folder, version] = process.argv.slice(2);
  if (folder === undefined || version === undefined) {
    process.stderr.write("usage: provider <folder of the worlds> <version> [engine address]\n");
    process.exit(2);
  }
  endWithEngine();
  serve(new SimulatedProvider(definition, version, folder, process.env)).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
}
