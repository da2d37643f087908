import { createApp } from "./server.js";

/** Milliseconds between SIGTERM and closing: until then load balancers learn from `/readyz` to send nothing more. */
const drainMilliseconds = wholeNumber("DRAIN_MILLISECONDS", 5_000, 0, 600_000);
const port = wholeNumber("PORT", 8080, 0, 65_535);

const app = createApp();
app.server.on("error", (error) => {
  log("error", { message: "cannot listen", port, error: error.message });
  process.exitCode = 1;
});
app.server.listen(port, () => {
  const address = app.server.address();
  log("info", { message: "listening", port: typeof address === "object" ? address?.port : port });
});

let stopping = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (stopping) {
      return;
    }
    stopping = true;
    log("info", { message: "draining", signal, milliseconds: drainMilliseconds });
    app.drain();
    setTimeout(() => {
      // Waits for open requests; the process then ends by itself, since nothing is left to do.
      app.server.close(() => {
        log("info", { message: "stopped" });
      });
      app.server.closeIdleConnections();
    }, drainMilliseconds);
  });
}

function wholeNumber(variable: string, fallback: number, minimum: number, maximum: number): number {
  const text = process.env[variable];
  if (text === undefined || text === "") {
    return fallback;
  }
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
    log("error", { message: `${variable} is "${text}": it must be a whole number from ${minimum} to ${maximum}` });
    process.exit(2);
  }
  return value;
}

function log(level: "info" | "error", fields: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ level, ...fields })}\n`);
}
