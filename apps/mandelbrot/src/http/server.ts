import compress from "@fastify/compress";
import helmet from "@fastify/helmet";
import sse from "@fastify/sse";
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { PageAsset } from "../page-asset.js";
import type { Settings } from "../settings.js";
import type { Clouds } from "../stage/clouds.js";
import type { Meta } from "../stage/meta.js";
import type { Pool } from "../workers/pool.js";
import { Admission } from "./admission.js";
import { compression } from "./compression.js";
import { eventRoutes } from "./events.js";
import type { Metrics } from "./metrics.js";
import { operationRoutes } from "./operation.js";
import { pageRoutes } from "./page.js";
import { Problem, problemBody, sendProblem } from "./problem.js";
import { renderRoutes } from "./render.js";
import { stageRoutes } from "./stage.js";

/** What the routes share. */
export interface Context {
  readonly settings: Settings;
  readonly pool: Pool;
  readonly clouds: Clouds;
  readonly metrics: Metrics;
  readonly admission: Admission;
  /** Whether no new traffic is to come here. */
  readonly draining: () => boolean;
  readonly meta: () => Meta;
}

export interface ServerOptions {
  readonly settings: Settings;
  readonly pool: Pool;
  readonly clouds: Clouds;
  readonly metrics: Metrics;
  readonly page: readonly PageAsset[];
  readonly log: FastifyBaseLogger;
}

/** The app's HTTP server, and the switch that takes it out of service. */
export interface Server {
  readonly http: FastifyInstance;
  /** From now on `/readyz` answers 503 and other clouds are sent away; open requests go on. */
  drain(): void;
}

/** Connections that may be open; each takes some ten kilobytes. */
const maximumConnections = 2_000;

/** Puts the routes together. Every fault is answered with problem details (RFC 9457). */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { settings, pool, clouds, metrics, log } = options;
  let draining = false;
  const admission = new Admission(settings.queuePixels);
  metrics.watch(admission, pool, clouds);
  const context: Context = {
    settings,
    pool,
    clouds,
    metrics,
    admission,
    draining: () => draining,
    meta: () => ({
      app: "mandelbrot",
      cloud: settings.cloud,
      region: settings.region,
      cluster: settings.cluster,
      version: settings.version,
      digest: settings.digest,
      draining,
      kernel: pool.kernel,
      workers: pool.workers,
      tiles: clouds.tiles,
      peers: clouds.peers.map((peer) => peer.status()),
    }),
  };

  const http = fastify({
    loggerInstance: log,
    // A line for each of the hundreds of tiles of a picture tells nothing; metrics do.
    logController: new LogController({ disableRequestLogging: true }),
    // Bodies are for /internal/render-stage alone, which has its own, smaller limit.
    bodyLimit: 1_024,
    requestTimeout: 30_000,
    // A client that does not read keeps its pixels from others; one that listens to events hears something every 15 s.
    connectionTimeout: 30_000,
    return503OnClosing: false,
    forceCloseConnections: "idle",
    clientErrorHandler: (error, socket) => {
      if (socket.writable) {
        const status = error.code === "HPE_HEADER_OVERFLOW" ? 431 : 400;
        const body = problemBody(status, "");
        socket.end(
          `HTTP/1.1 ${status} Error\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
        );
      }
    },
    frameworkErrors: (error, _request, reply) => {
      void sendProblem(reply, new Problem(error.statusCode ?? 400, error.message));
    },
  });
  http.server.maxConnections = maximumConnections;
  http.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
    if (error instanceof Problem) {
      return sendProblem(reply, error);
    }
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return sendProblem(reply, new Problem(error.statusCode, error.message));
    }
    // What went wrong is for the log, not for whoever asked.
    request.log.error({ err: error, url: request.url.slice(0, 200) }, "a request failed");
    return sendProblem(reply, new Problem(500, ""));
  });
  http.setNotFoundHandler((request, reply) =>
    sendProblem(reply, new Problem(404, `${request.method} ${request.url.slice(0, 80)}`)),
  );
  http.addHook("onRequest", async (_request, reply) => {
    if (draining) {
      // Otherwise a kept-alive connection would bring its next request here until the last moment.
      void reply.header("connection", "close");
    }
  });
  http.addHook("onResponse", async (request, reply) => {
    const labels = { route: request.routeOptions.url ?? "none", status: String(reply.statusCode) };
    metrics.requests.observe(labels, reply.elapsedTime / 1000);
  });

  await http.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "blob:", "data:"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Whether it is served by TLS is known to what stands before it.
    strictTransportSecurity: false,
  });
  await http.register(compress, compression);
  await http.register(sse, { heartbeatInterval: 15_000 });
  pageRoutes(http, options.page);
  operationRoutes(http, context);
  renderRoutes(http, context);
  eventRoutes(http, context);
  stageRoutes(http, context);
  return {
    http,
    drain: () => {
      draining = true;
    },
  };
}
