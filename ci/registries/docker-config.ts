import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { InputError } from "../../infra/input-error";
import type { RegistryLogin } from "./passwords";

/** What of Docker's configuration matters here; the rest stays as it is. */
const dockerConfig = z.looseObject({
  auths: z.record(z.string(), z.unknown()).optional(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
});

/**
 * Writes logins into `config.json`, where Docker, BuildKit, crane and Pulumi's docker-build look for them; only its owner
 * may read it then.
 *
 * Source: docs.docker.com/reference/cli/docker, "Docker CLI configuration file (config.json) properties"
 *
 * @param folder `DOCKER_CONFIG`; made if need be
 * @throws InputError when that file keeps logins in a store of the machine, which these would not get into
 */
export function writeLogins(folder: string, logins: readonly RegistryLogin[]): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, "config.json");
  const known = readConfig(file);
  const helped = logins.find(({ host }) => known.credHelpers?.[host] !== undefined);
  if (known.credsStore !== undefined || helped !== undefined) {
    throw new InputError(
      `${file} keeps logins in the credential store "${known.credsStore ?? known.credHelpers?.[helped?.host ?? ""] ?? ""}". ` +
        "Set DOCKER_CONFIG to a folder of its own, or log in with the cloud's own command.",
    );
  }
  const added = logins.map(
    ({ host, user, password }) => [host, { auth: Buffer.from(`${user}:${password}`).toString("base64") }] as const,
  );
  const config = { ...known, auths: { ...known.auths, ...Object.fromEntries(added) } };
  const temporary = `${file}.${randomUUID()}`;
  fs.writeFileSync(temporary, JSON.stringify(config, undefined, 2), { mode: 0o600 });
  fs.renameSync(temporary, file);
}

function readConfig(file: string): z.infer<typeof dockerConfig> {
  if (!fs.existsSync(file)) return {};
  try {
    return dockerConfig.parse(JSON.parse(fs.readFileSync(file, "utf8")) as unknown);
  } catch {
    // Not the parser's message, which quotes what it read.
    throw new InputError(`${file} is no configuration of Docker's. Repair it, or set DOCKER_CONFIG to another folder.`);
  }
}
