import path from "node:path";
import kernel from "kernel.wasm";
import page from "page:assets";
import pino from "pino";
import { Metrics } from "./http/metrics.js";
import { createMetricsServer } from "./http/metrics-server.js";
import { createServer } from "./http/server.js";
import { loadModule } from "./kernel/paint.js";
import { limits } from "./limits.js";
import { readSettings, type Settings, SettingsError } from "./settings.js";
import { Clouds } from "./stage/clouds.js";
import { createPool } from "./workers/pool.js";

async function main(settings: Settings): Promise<void> {
  const { cloud, region, version } = settings;
  const log = pino({ level: settings.logLevel, base: { cloud, region, version } });
  const pool = createPool({
    workers: settings.workers,
    file: path.join(import.meta.dirname, "painter.js"),
    module: loadModule(kernel),
  });
  const metrics = new Metrics(cloud);
  const clouds = new Clouds(settings, pool, metrics, log);
  const server = await createServer({ settings, pool, clouds, metrics, page, log });
  await server.http.listen({ host: settings.host, port: settings.port });
  const numbers = settings.metricsPort === undefined ? undefined : createMetricsServer(metrics, log);
  await numbers?.listen({ host: settings.host, port: settings.metricsPort });
  clouds.start();

  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) {
      return;
    }
    stopping = true;
    log.info({ signal, milliseconds: settings.drainMilliseconds }, "draining");
    server.drain();
    setTimeout(() => {
      // Waits for open requests, but not for clients that never read their answer.
      setTimeout(() => {
        server.http.server.closeAllConnections();
      }, limits.milliseconds).unref();
      server.http
        .close()
        .finally(async () => {
          clouds.stop();
          await numbers?.close();
          await pool.close();
        })
        .then(() => {
          log.info("stopped");
        })
        .catch((error: unknown) => {
          log.fatal({ err: error }, "cannot stop in order");
          process.exitCode = 1;
        });
    }, settings.drainMilliseconds);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

try {
  await main(readSettings(process.env));
} catch (error) {
  process.stderr.write(`${error instanceof SettingsError ? error.message : String(error)}\n`);
  process.exit(error instanceof SettingsError ? 2 : 1);
}
