import type { FastifyReply } from "fastify";
import { Problem } from "./problem.js";

/** Aborted when the client is gone before its answer is. */
export function clientLeft(reply: FastifyReply): AbortSignal {
  const left = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) {
      // 499 as in nginx: nobody is there to read it.
      left.abort(new Problem(499, "the client left"));
    }
  });
  return left.signal;
}
