import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";

/** Longest path of a Unix socket in bytes, without its closing zero (Linux, unix(7)). */
const longestPath = 107;

/**
 * A folder for Unix sockets that only this user can enter. Sockets instead of ports: no port to collide on, and
 * another user of the machine cannot reach a builder that runs as root.
 *
 * @param home the run's folder; when its path is too long for sockets, one in the temporary folder stands for it
 */
export function socketFolder(home: string): string {
  const below = path.join(home, "sockets");
  const folder =
    Buffer.byteLength(path.join(below, "buildkitd-otel.sock")) <= longestPath
      ? below
      : path.join(os.tmpdir(), `trinity-${createHash("sha256").update(home).digest("hex").slice(0, 16)}`);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = fs.lstatSync(folder);
  // In the temporary folder anybody may have made it first.
  if (!stat.isDirectory() || stat.uid !== process.getuid?.() || (stat.mode & 0o077) !== 0) {
    throw new Error(`${folder} must be a folder that belongs to this user alone (mode 0700). Remove it.`);
  }
  return folder;
}

/** Whether something accepts connections at a Unix socket. */
export async function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = net.connect(socket);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => {
      resolve(false);
    });
  });
}
