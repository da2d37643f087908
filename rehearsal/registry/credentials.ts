import { randomBytes, timingSafeEqual } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/** User name of every registry login, as ECR has it. */
export const registryUser = "AWS";

/** The one registry login of a home, in the form of Docker's credential store. */
export interface Credentials {
  readonly token: string;
  /** Adds logins to Docker's configuration, as `docker login` would. */
  readonly login: (...hosts: readonly string[]) => void;
  /** Whether an `Authorization` header holds the login. */
  readonly accepts: (authorization: string | undefined) => boolean;
}

/**
 * Reads or makes the login of a home.
 *
 * @param folder private to this user; holds the token
 * @param dockerConfig `DOCKER_CONFIG`: the folder of config.json, which is begun anew
 */
export function openCredentials(folder: string, dockerConfig: string): Credentials {
  const token = readToken(path.join(folder, "registry-token"));
  const basic = Buffer.from(`${registryUser}:${token}`).toString("base64");
  const expected = Buffer.from(`Basic ${basic}`);
  const auths: Record<string, { readonly auth: string }> = {};
  const credentials: Credentials = {
    token,
    login: (...hosts) => {
      for (const host of hosts) {
        auths[host] = { auth: basic };
      }
      writePrivate(path.join(dockerConfig, "config.json"), `${JSON.stringify({ auths }, undefined, 2)}\n`);
    },
    accepts: (authorization) => {
      const given = Buffer.from(authorization ?? "");
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
  credentials.login();
  return credentials;
}

function readToken(file: string): string {
  if (!fs.existsSync(file)) {
    writePrivate(file, randomBytes(24).toString("hex"));
  }
  return fs.readFileSync(file, "utf8");
}

/** Replaces a file as a whole, so that a reader at the same time sees the old or the new one. */
function writePrivate(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}`;
  fs.writeFileSync(temporary, text, { mode: 0o600 });
  fs.renameSync(temporary, file);
}
