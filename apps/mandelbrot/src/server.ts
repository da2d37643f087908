import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { greyscalePng } from "./png.js";
import { QueryError, readQuery } from "./query.js";
import { escapeCounts, type Tile } from "./set.js";

/** The app: an HTTP server and the switch that takes it out of service. */
export interface App {
  readonly server: Server;
  /** From now on `/readyz` answers 503, so that no new traffic is sent here; open requests go on. */
  drain(): void;
}

/**
 * - `GET /healthz`: 200 while the process works.
 * - `GET /readyz`: 200, or 503 while draining.
 * - `GET /api/render`: a tile; see {@link readQuery} for its parameters.
 *
 * Faults are problem details (RFC 9457, `application/problem+json`).
 */
export function createApp(): App {
  let draining = false;
  const server = createServer((request, response) => {
    if (draining) {
      // Otherwise a kept-alive connection would bring its next request here until the last moment.
      response.setHeader("connection", "close");
    }
    try {
      answer(request, response, draining);
    } catch (error) {
      // What went wrong is for the log, not for whoever asked.
      process.stderr.write(`${JSON.stringify({ level: "error", url: request.url, error: String(error) })}\n`);
      problem(response, 500, "Internal error");
    }
  });
  return {
    server,
    drain: () => {
      draining = true;
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, draining: boolean): void {
  const url = URL.parse(request.url ?? "/", "http://localhost");
  if (url === null) {
    problem(response, 400, "Malformed address");
    return;
  }
  const known = ["/healthz", "/readyz", "/api/render"];
  if (!known.includes(url.pathname)) {
    problem(response, 404, "No such page", `Known pages: ${known.join(", ")}`);
    return;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    problem(response, 405, "Method not allowed", `${request.method ?? "?"} is not GET or HEAD`);
    return;
  }
  switch (url.pathname) {
    case "/healthz":
      send(response, 200, "text/plain; charset=utf-8", "ok\n");
      break;
    case "/readyz":
      send(response, draining ? 503 : 200, "text/plain; charset=utf-8", draining ? "draining\n" : "ready\n");
      break;
    default:
      render(url, response);
  }
}

function render(url: URL, response: ServerResponse): void {
  try {
    const { tile, format } = readQuery(url.searchParams);
    const counts = escapeCounts(tile);
    // A tile depends on nothing but its address.
    response.setHeader("cache-control", "public, max-age=86400, immutable");
    if (format === "counts") {
      send(response, 200, "application/json", JSON.stringify({ ...tile, counts: [...counts] }));
    } else {
      send(response, 200, "image/png", greyscalePng(tile.width, tile.height, shade(tile, counts)));
    }
  } catch (error) {
    if (!(error instanceof QueryError)) {
      throw error;
    }
    problem(response, 400, "The query cannot be rendered", error.message, { faults: error.faults });
  }
}

/** Black inside the set; outside, the later a point escapes the brighter. */
function shade(tile: Tile, counts: Uint16Array): Uint8Array {
  return Uint8Array.from(counts, (count) =>
    count === tile.iterations ? 0 : Math.round(32 + 223 * Math.sqrt(count / tile.iterations)),
  );
}

function problem(
  response: ServerResponse,
  status: number,
  title: string,
  detail?: string,
  more: Readonly<Record<string, unknown>> = {},
): void {
  response.setHeader("cache-control", "no-store");
  const body = JSON.stringify({
    type: "about:blank",
    title,
    status,
    ...(detail === undefined ? {} : { detail }),
    ...more,
  });
  send(response, status, "application/problem+json", body);
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  // Node's server leaves the body out of answers to HEAD by itself.
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}
