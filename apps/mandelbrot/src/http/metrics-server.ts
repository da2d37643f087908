import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { Metrics } from "./metrics.js";
import { metricsRoute } from "./operation.js";

/** A server with nothing but `/metrics`, at a port that no load balancer leads to. */
export function createMetricsServer(metrics: Metrics, log: FastifyBaseLogger): FastifyInstance {
  const http = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: 10_000,
    forceCloseConnections: true,
  });
  metricsRoute(http, metrics);
  return http;
}
