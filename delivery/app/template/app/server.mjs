// A web server of nothing but Node.js. README.md lists what it serves, and the environment variables that it reads.
import { createServer } from "node:http";
import process from "node:process";

const host = process.env.HOST ?? "127.0.0.1";
const port = Number(process.env.PORT ?? "APP_PORT");
const metricsPort = Number(process.env.METRICS_PORT ?? "9090");
const cloud = process.env.CLOUD ?? "this machine";
const drainMilliseconds = Number(process.env.DRAIN_MILLISECONDS ?? "5000");

let draining = false;

const pages = new Map([
  ["/", () => [200, `Hello from APP_NAME on ${cloud}.\n`]],
  ["/healthz", () => [200, "alive\n"]],
  ["/readyz", () => (draining ? [503, "draining\n"] : [200, "ready\n"])],
]);

/** How many requests were answered, by status: what tells a good version from a bad one (deploy/base/analysis.yaml). */
const answers = new Map();

const app = createServer((request, response) => {
  const page = pages.get(request.url.split("?")[0]) ?? (() => [404, "There is no such page.\n"]);
  const [status, text] = page();
  answers.set(status, (answers.get(status) ?? 0) + 1);
  // Whoever keeps a connection open would not notice that this process is about to end.
  const connection = draining ? { connection: "close" } : {};
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...connection }).end(text);
});

// On a port of its own, which the network policy opens to Prometheus only.
const metrics = createServer((_request, response) => {
  const lines = [...answers].map(([status, count]) => `http_requests_total{status="${status}"} ${count}\n`);
  response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  response.end(`# TYPE http_requests_total counter\n${lines.join("")}`);
});

app.listen(port, host);
metrics.listen(metricsPort, host);

// For a while it says that it is not ready and goes on answering, until no load balancer sends anything any more.
process.once("SIGTERM", () => {
  draining = true;
  setTimeout(() => {
    app.close();
    metrics.close();
  }, drainMilliseconds);
});
