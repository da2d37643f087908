import type { FastifyInstance, FastifyReply } from "fastify";
import { Problem } from "./problem.js";
import type { Context } from "./server.js";

/** Milliseconds between two looks for something new. */
const lookEvery = 500;

/** Clients that may listen at once: each holds a connection. */
const maximumListeners = 500;

/**
 * `GET /api/events`: what `/api/meta` gives, as server-sent events named `status`: at once, and whenever it has changed.
 * While draining listeners are sent away, to be served by another instance.
 */
export function eventRoutes(http: FastifyInstance, { meta, draining }: Context): void {
  const listeners = new Set<FastifyReply>();
  let latest = "";
  const tell = async (reply: FastifyReply) => {
    await reply.sse.send({ event: "status", data: meta() });
  };
  const timer = setInterval(() => {
    if (listeners.size === 0) {
      return;
    }
    const now = JSON.stringify(meta());
    for (const reply of now === latest ? [] : listeners) {
      // One that has just gone is taken out by its closing.
      tell(reply).catch(() => undefined);
    }
    latest = now;
    for (const reply of draining() ? listeners : []) {
      reply.sse.close();
    }
  }, lookEvery);
  http.addHook("preClose", (done) => {
    clearInterval(timer);
    for (const reply of listeners) {
      reply.sse.close();
    }
    done();
  });

  http.get("/api/events", { sse: "only" }, async (_request, reply) => {
    if (listeners.size >= maximumListeners) {
      throw new Problem(503, `${listeners.size} clients listen already`, { retryAfter: 30 });
    }
    listeners.add(reply);
    reply.sse.onClose(() => listeners.delete(reply));
    reply.sse.keepAlive();
    // What others were told stays the latest, so that they hear of what this one is told now.
    latest ||= JSON.stringify(meta());
    await tell(reply);
  });
}
