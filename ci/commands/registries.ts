import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Command } from "commander";
import { findRoot, options } from "../../delivery/commands/common";
import { describeExitCodes } from "../../delivery/failure";
import { interruptible } from "../../delivery/interrupt";
import { askCloudOutputs } from "../../delivery/outputs";
import { readApp } from "../../infra/apps";
import type { CloudName } from "../../infra/clouds";
import { writeLogins } from "../registries/docker-config";
import { registryLogin } from "../registries/passwords";

interface Flags {
  readonly app: string;
  readonly env: string;
  readonly clouds?: readonly CloudName[];
  readonly stackOutputs?: string;
}

/** `npm run ci -- registries` */
export const registriesCommand = new Command("registries")
  .description(
    "logs in to an app's registries, with each cloud's own command (aws, gcloud, az): what builds and pushes finds the " +
      "logins in DOCKER_CONFIG, which later steps get as well",
  )
  .requiredOption("--app <app>", "the app")
  .requiredOption("--env <env>", "environment of the platform")
  .addOption(options.clouds())
  .addOption(options.stackOutputs())
  .addHelpText("after", describeExitCodes())
  .action((flags: Flags) => interruptible((signal) => logInToRegistries(flags, signal)));

async function logInToRegistries({ app, env, clouds, stackOutputs }: Flags, signal: AbortSignal): Promise<void> {
  const root = findRoot();
  const chosen = clouds ?? readApp(root, app).clouds;
  const source = { root, folder: stackOutputs, signal };
  const logins = await Promise.all(
    chosen.map(async (cloud) => {
      const reference = await askCloudOutputs(env, cloud, source);
      return registryLogin(cloud, reference, { environment: process.env, signal });
    }),
  );
  const folder = dockerFolder(process.env);
  writeLogins(folder, logins);
  for (const { host } of logins) process.stderr.write(`Logged in to ${host}, in ${folder}.\n`);
}

/** The folder in force; in a job without one, a folder that goes with the job, which its later steps get. */
function dockerFolder({ DOCKER_CONFIG: given, RUNNER_TEMP: temporary, GITHUB_ENV: file }: NodeJS.ProcessEnv): string {
  if (given !== undefined && given !== "") return given;
  if (temporary === undefined || file === undefined) return path.join(os.homedir(), ".docker");
  const folder = path.join(temporary, "trinity-docker");
  fs.appendFileSync(file, `DOCKER_CONFIG=${folder}\n`);
  return folder;
}
