import type { FastifyInstance } from "fastify";
import type { Context } from "./server.js";

/**
 * - `GET /healthz`: 200 while the process works.
 * - `GET /readyz`: 200, or 503 while draining or without workers.
 * - `GET /metrics`: for Prometheus.
 * - `GET /api/meta`: where this is, what runs, and who else paints.
 */
export function operationRoutes(http: FastifyInstance, { pool, metrics, draining, meta }: Context): void {
  http.get("/healthz", (_request, reply) => reply.type("text/plain; charset=utf-8").send("ok\n"));
  http.get("/readyz", (_request, reply) => {
    const why = draining() ? "draining" : pool.ready() ? undefined : "no workers";
    return reply
      .code(why === undefined ? 200 : 503)
      .type("text/plain; charset=utf-8")
      .send(`${why ?? "ready"}\n`);
  });
  http.get("/metrics", async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  http.get("/api/meta", (_request, reply) => reply.header("cache-control", "no-store").send(meta()));
}
