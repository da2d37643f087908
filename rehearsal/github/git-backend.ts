import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Serves the bare repositories below `folder` over git's HTTP protocol, by git's own server program
 * (https://git-scm.com/docs/git-http-backend).
 *
 * @param user who pushes; undefined may only read
 * @param answer false: everything is done, and the connection ended in place of the answer
 */
export function serveGit(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
  user: string | undefined,
  answer: boolean,
): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const header = (name: string) => String(request.headers[name] ?? "");
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: header("content-type"),
      HTTP_CONTENT_ENCODING: header("content-encoding"),
      GIT_PROTOCOL: header("git-protocol"),
      REMOTE_ADDR: request.socket.remoteAddress,
      ...(request.headers["content-length"] ? { CONTENT_LENGTH: request.headers["content-length"] } : {}),
      ...(user === undefined ? {} : { REMOTE_USER: user, GIT_COMMITTER_NAME: user }),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(child.stdin);
  child.stdin.on("error", () => undefined);
  response.on("close", () => child.kill());
  child.once("error", () => {
    response.writeHead(500).end();
  });
  if (!answer) {
    child.stdout.resume().once("end", () => response.destroy());
    return;
  }
  let head = Buffer.alloc(0);
  const readHead = (part: Buffer) => {
    head = Buffer.concat([head, part]);
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) return;
    child.stdout.off("data", readHead);
    writeHead(response, head.toString("latin1", 0, end));
    response.write(head.subarray(end + 4));
    child.stdout.pipe(response);
  };
  child.stdout.on("data", readHead);
  child.stdout.once("end", () => {
    if (!response.headersSent) response.writeHead(500).end();
  });
}

/** CGI: `Status: 404 Not Found` among the headers stands for the status line. */
function writeHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split("\r\n")) {
    const [name = "", value = ""] = line.split(/:\s*/, 2);
    if (name.toLowerCase() === "status") status = Number.parseInt(value);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}
