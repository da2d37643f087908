import type { FastifyInstance } from "fastify";
import { RequestError } from "../kernel/request-error.js";
import { limits } from "../limits.js";
import type { TileByCloud } from "../stage/clouds.js";
import { countsToBytes } from "../stage/protocol.js";
import { LateError } from "../workers/pool.js";
import { clientLeft } from "./client-left.js";
import { freeWhenSent } from "./free-when-sent.js";
import { Problem } from "./problem.js";
import { readRenderQuery, type RenderQuery } from "./render-query.js";
import type { Context } from "./server.js";
import { paintView, type PaintedView } from "./view.js";

/**
 * `GET /api/render`: a view, or a tile of one, as a picture or as counts.
 *
 * The answer's `x-painted-by` names the cloud that painted it, or each with its number of tiles.
 */
export function renderRoutes(http: FastifyInstance, context: Context): void {
  http.get("/api/render", { compress: {} }, async (request, reply) => {
    const question = request.url.indexOf("?");
    const query = readRenderQuery(question < 0 ? "" : request.url.slice(question + 1));
    const leave = context.admission.enter(query.tile.width * query.tile.height);
    reply.raw.once("close", leave);
    const started = performance.now();
    const signal = clientLeft(reply);
    const painted = await paintInTime(context, query, signal);
    void reply
      // What it shows depends on nothing but its address.
      .header("cache-control", "public, max-age=86400, immutable")
      .header("vary", "accept-encoding")
      .header("x-painted-by", paintedBy(painted.tiles))
      .header("server-timing", serverTiming(painted, performance.now() - started));
    if (query.format === "counts") {
      freeWhenSent(reply, painted.counts);
      return reply.type("application/octet-stream").send(countsToBytes(painted.counts));
    }
    signal.throwIfAborted();
    const { width, height } = query.tile;
    const { format, palette, view } = query;
    const picture = { counts: painted.counts, width, height, iterations: view.iterations, format, palette };
    return reply.type(`image/${format}`).send(Buffer.from(await context.pool.encode(picture)));
  });
}

async function paintInTime(context: Context, query: RenderQuery, signal: AbortSignal): Promise<PaintedView> {
  try {
    return await paintView(context.clouds, query, { signal, deadline: Date.now() + limits.milliseconds });
  } catch (error) {
    if (error instanceof LateError) {
      const rule = `it took more than ${limits.milliseconds / 1000} s: ask for fewer iterations or a smaller tile`;
      throw new Problem(504, rule);
    }
    if (error instanceof RequestError) {
      throw new Problem(400, error.message);
    }
    throw error;
  }
}

function paintedBy(tiles: readonly TileByCloud[]): string {
  const [only, ...others] = tiles;
  if (only !== undefined && others.length === 0) {
    return only.cloud;
  }
  const counts = new Map<string, number>();
  for (const { cloud } of tiles) {
    counts.set(cloud, (counts.get(cloud) ?? 0) + 1);
  }
  return [...counts].map(([cloud, count]) => `${cloud};tiles=${count}`).join(", ");
}

/** Of the tile that took longest: the work, and all else, which is waiting and the way to another cloud. */
function serverTiming({ tiles }: PaintedView, total: number): string {
  const paint = Math.max(...tiles.map(({ milliseconds }) => milliseconds));
  return `paint;dur=${paint.toFixed(1)}, queue;dur=${Math.max(0, total - paint).toFixed(1)}`;
}
