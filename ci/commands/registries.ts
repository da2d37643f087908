import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Command, Option } from "commander";
import { findRoot, options } from "../../delivery/commands/common";
import { describeExitCodes } from "../../delivery/failure";
import { interruptible } from "../../delivery/interrupt";
import { askCloudOutputs } from "../../delivery/outputs";
import { currentImage, readState } from "../../delivery/state";
import { appFolders, readApp } from "../../infra/apps";
import type { CloudName } from "../../infra/clouds";
import { InputError } from "../../infra/input-error";
import { writeLogins } from "../registries/docker-config";
import { registryLogin } from "../registries/passwords";

interface Flags {
  readonly app: string;
  readonly env: string;
  readonly clouds?: readonly CloudName[];
  readonly stackOutputs?: string;
  readonly released?: true;
}

/** A registry to log in to. */
interface Registry {
  readonly cloud: CloudName;
  readonly host: string;
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
  .addOption(
    new Option(
      "--released",
      "those that the environment's overlays in Git name, in place of asking Pulumi: for an environment whose state is " +
        "none of the job's business",
    ).conflicts("stackOutputs"),
  )
  .addHelpText("after", describeExitCodes())
  .action((flags: Flags) => interruptible((signal) => logInToRegistries(flags, signal)));

async function logInToRegistries(flags: Flags, signal: AbortSignal): Promise<void> {
  const registries = await (flags.released ? releasedTo(flags, signal) : madeFor(flags, signal));
  const logins = await Promise.all(
    registries.map(({ cloud, host }) => registryLogin(cloud, host, { environment: process.env, signal })),
  );
  const folder = dockerFolder(process.env);
  writeLogins(folder, logins);
  for (const { host } of logins) process.stderr.write(`Logged in to ${host}, in ${folder}.\n`);
}

/** The registries that the environment's stacks made. */
async function madeFor({ app, env, clouds, stackOutputs }: Flags, signal: AbortSignal): Promise<Registry[]> {
  const root = findRoot();
  const apps = appFolders(root);
  if (!apps.includes(app)) {
    throw new InputError(`--app: there is no app "${app}"; those of this repository are ${apps.join(", ")}.`);
  }
  const source = { root, folder: stackOutputs, signal };
  return Promise.all(
    (clouds ?? readApp(root, app).clouds).map(async (cloud) => {
      const { registry } = await askCloudOutputs(env, cloud, source);
      return { cloud, host: registry.host };
    }),
  );
}

/** The registries of what the environment runs. */
async function releasedTo({ app, env, clouds }: Flags, signal: AbortSignal): Promise<Registry[]> {
  const report = (line: string) => process.stderr.write(`${line}\n`);
  const states = await readState({ root: findRoot(), app, env, clouds, changes: 1, signal, report });
  return states.map((state) => ({
    cloud: state.cloud,
    host: currentImage(state, app, env).repository.split("/")[0] ?? "",
  }));
}

/** The folder in force; in a job without one, a folder that goes with the job, which its later steps get. */
function dockerFolder({ DOCKER_CONFIG: given, RUNNER_TEMP: temporary, GITHUB_ENV: file }: NodeJS.ProcessEnv): string {
  if (given !== undefined && given !== "") return given;
  if (temporary === undefined || file === undefined) return path.join(os.homedir(), ".docker");
  const folder = path.join(temporary, "trinity-docker");
  fs.appendFileSync(file, `DOCKER_CONFIG=${folder}\n`);
  return folder;
}
