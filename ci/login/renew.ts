import * as fs from "node:fs";
import * as path from "node:path";
import { azureAudience } from "./azure";
import { jobToken, readJob } from "./job";

/**
 * Writes a new token into the file by which the state in Azure's storage knows the job, for a command that begins now: the
 * one before lives for five minutes, and a deploy asks for the state again after its update, or when a lock is gone.
 *
 * Does nothing where a login of this job made no such file: another one may be the machine's own.
 *
 * @throws as {@link jobToken}
 */
export async function renewStateLogin(environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const { AZURE_FEDERATED_TOKEN_FILE: file, RUNNER_TEMP: temporary } = environment;
  if (file === undefined || temporary === undefined || !file.startsWith(path.join(temporary, "trinity-"))) return;
  const token = await jobToken(readJob(environment), azureAudience, signal);
  fs.writeFileSync(`${file}.new`, token, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}
