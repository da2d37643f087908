import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { PageAsset } from "../page-asset.js";

/** `GET /` and what it needs. */
export function pageRoutes(http: FastifyInstance, assets: readonly PageAsset[]): void {
  for (const { path, type, body, immutable } of assets) {
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    const bytes = Buffer.from(body);
    http.get(path, { compress: {} }, (request, reply) => {
      void reply
        .header("etag", etag)
        .header("cache-control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
      return request.headers["if-none-match"] === etag ? reply.code(304).send() : reply.type(type).send(bytes);
    });
  }
}
