import type { FastifyInstance, FastifyRequest } from "fastify";
import { RequestError } from "../kernel/request-error.js";
import { readStageRequest, countsToBytes, stageBodyLimit, stageHeaders, stagePath } from "../stage/protocol.js";
import { createVerifier, signAnswer, type Signed } from "../stage/signature.js";
import { LateError } from "../workers/pool.js";
import { freeWhenSent } from "./free-when-sent.js";
import { Problem } from "./problem.js";
import { clientLeft } from "./client-left.js";
import type { Context } from "./server.js";

/**
 * `POST /internal/render-stage`: a tile for another cloud, painted here and nowhere else. Only who has the secret is
 * answered, once for each message.
 */
export function stageRoutes(http: FastifyInstance, context: Context): void {
  const { settings, clouds, admission, metrics, draining } = context;
  const verify = createVerifier(settings.stageSecrets, settings.cloud);
  // In a scope of its own: bodies are taken as they come, since they are signed by the byte.
  void http.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, parsed) => {
      parsed(null, body);
    });
    scope.post(stagePath, { bodyLimit: stageBodyLimit, compress: {} }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const signed = readSigned(request);
      const verified = verify(signed, body);
      if ("refusal" in verified) {
        metrics.refused(verified.refusal);
        throw new Problem(401, "");
      }
      if (draining()) {
        throw new Problem(503, "draining", { retryAfter: 5 });
      }
      const { milliseconds, ...wanted } = parse(body);
      const leave = admission.enter(wanted.tile.width * wanted.tile.height);
      reply.raw.once("close", leave);
      try {
        const { counts } = await clouds.paintHere(wanted, {
          signal: clientLeft(reply),
          deadline: Date.now() + milliseconds,
        });
        freeWhenSent(reply, counts);
        const bytes = countsToBytes(counts);
        return await reply
          .type("application/octet-stream")
          .header("cache-control", "no-store")
          .header(stageHeaders.signature, signAnswer(verified.secret, signed, bytes))
          .send(bytes);
      } catch (error) {
        throw asProblem(error);
      }
    });
    done();
  });
}

function readSigned(request: FastifyRequest): Signed {
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === "string" ? value.slice(0, 100) : "";
  };
  return {
    time: Number(header(stageHeaders.time)),
    nonce: header(stageHeaders.nonce),
    signature: header(stageHeaders.signature),
  };
}

function asProblem(error: unknown): unknown {
  if (error instanceof LateError) {
    return new Problem(504, "");
  }
  return error instanceof RequestError ? new Problem(400, error.message) : error;
}

function parse(body: Buffer) {
  try {
    return readStageRequest(body);
  } catch (error) {
    throw new Problem(400, error instanceof Error ? error.message : "");
  }
}
