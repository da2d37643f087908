import type { FastifyReply } from "fastify";
import { free } from "../memory.js";

/**
 * Frees counts once the answer made of them is sent. If the client left before, they are left to the garbage collection:
 * a thread may still be compressing them, and would read what is not there any more.
 */
export function freeWhenSent(reply: FastifyReply, counts: Uint32Array<ArrayBuffer>): void {
  reply.raw.once("close", () => {
    if (reply.raw.writableFinished) {
      free(counts);
    }
  });
}
