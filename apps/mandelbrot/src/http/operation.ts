import type { FastifyInstance } from "fastify";
import type { Metrics } from "./metrics.js";
import type { Context } from "./server.js";

/**
 * - `GET /healthz`: 200 while the process works.
 * - `GET /readyz`: 200, or 503 while draining or without workers.
 * - `GET /metrics`: for Prometheus, unless that has a port of its own.
 * - `GET /api/meta`: where this is, what runs, and who else paints.
 */
export function operationRoutes(http: FastifyInstance, { settings, pool, metrics, draining, meta }: Context): void {
  http.get("/healthz", (_request, reply) => reply.type("text/plain; charset=utf-8").send("ok\n"));
  http.get("/readyz", (_request, reply) => {
    const why = draining() ? "draining" : pool.ready() ? undefined : "no workers";
    return reply
      .code(why === undefined ? 200 : 503)
      .type("text/plain; charset=utf-8")
      .send(`${why ?? "ready"}\n`);
  });
  if (settings.metricsPort === undefined) {
    metricsRoute(http, metrics);
  }
  http.get("/api/meta", (_request, reply) => reply.header("cache-control", "no-store").send(meta()));
}

export function metricsRoute(http: FastifyInstance, { registry }: Pick<Metrics, "registry">): void {
  http.get("/metrics", async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}
