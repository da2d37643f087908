// Builds the app and runs it, as one cloud of no name. Settings are environment variables: see src/settings.ts.
//
//   node build/start.ts
import path from "node:path";
import { bundle } from "./bundle.ts";
import { runBundle } from "./run.ts";

const dist = path.join(path.dirname(import.meta.dirname), "dist");

await bundle(dist);
// Nobody stands before it who must learn that it goes.
const child = runBundle(dist, { DRAIN_MILLISECONDS: process.env.DRAIN_MILLISECONDS ?? "0" }, "inherit");
// Ctrl-C reaches the child by itself; it ends in order, and this process with it.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => {
  child.kill("SIGTERM");
});
child.on("exit", (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
