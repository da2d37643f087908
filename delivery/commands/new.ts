import { Command, Option } from "commander";
import { appSchema } from "../../infra/apps";
import { cloudNames } from "../../infra/clouds";
import { InputError } from "../../infra/input-error";
import { newApp } from "../app/new";
import { describeExitCodes } from "../failure";
import { findRoot } from "./common";

interface Flags {
  readonly port: number;
  readonly owner: string;
  readonly clouds: readonly string[];
  readonly environments: readonly string[];
  readonly rollout: string;
}

const newAppCommand = new Command("app")
  .description("write the folder of a new app, apps/<name>, ready to be built, released and changed")
  .argument("<name>", "the app's name: its folder, namespace and image")
  .option("--port <port>", "port that it listens on", readPort, 8080)
  .option("--owner <team>", "who answers for it", "platform")
  .addOption(new Option("--clouds <clouds...>", "clouds that run it").choices(cloudNames).default([...cloudNames]))
  .option("--environments <environments...>", "environments, in the order in which a release reaches them", [
    "dev",
    "prod",
  ])
  .addOption(
    new Option("--rollout <way>", "how a new version takes the old one's place")
      .choices(appSchema.shape.rollout.options)
      .default("canary"),
  )
  .addHelpText("after", describeExitCodes())
  .action((name: string, flags: Flags) => {
    const app = newApp(findRoot(), { name, ...flags });
    const [first = ""] = app.environments;
    process.stdout.write(
      `apps/${app.name} is written, and nothing else. Next:\n` +
        `  1. Look at it, commit it, and merge it: every cluster then makes its namespace.\n` +
        `  2. Image repositories: ${app.clouds.map((cloud) => `pulumi up -s ${first}-${cloud}`).join(", ")}.\n` +
        `  3. The image: pulumi stack init ${first}-${app.name}, pulumi up -s ${first}-${app.name}.\n` +
        `  4. Run it: npm run trinity -- release --app ${app.name} --env ${first}\n`,
    );
  });

/** Not all that is a number to JavaScript, such as 1e4. */
function readPort(given: string): number {
  if (!/^\d{1,5}$/.test(given)) {
    throw new InputError(`--port: "${given}" is no port, which is a number of decimal digits, for instance 8080.`);
  }
  return Number(given);
}

/** `trinity new` */
export const newCommand = new Command("new").description("write something new").addCommand(newAppCommand);
