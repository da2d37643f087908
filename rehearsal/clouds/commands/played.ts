import type { World } from "../kernel/world";
import type { CloudName } from "../../../infra/clouds";
import { openWorld } from "../worlds";
import * as aws from "./aws";
import * as azure from "./azure";
import * as google from "./google";

/** Where and with what a command is called. */
export interface Call {
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly world: World;
}

/** Gives what the command prints. @throws CloudError in the cloud's words; undefined for a call that is not played */
export type Command = (call: Call) => Promise<string> | undefined;

const commands: Readonly<Record<string, { readonly cloud: CloudName; readonly command: Command }>> = {
  aws: { cloud: "aws", command: aws.aws },
  gcloud: { cloud: "gcp", command: google.gcloud },
  "gke-gcloud-auth-plugin": { cloud: "gcp", command: google.authPlugin },
  az: { cloud: "azure", command: azure.az },
  kubelogin: { cloud: "azure", command: azure.kubelogin },
};

export const commandNames = Object.keys(commands);

/**
 * Plays a cloud's command, as much of it as this repository calls.
 *
 * @returns what it prints
 * @throws Error for arguments that it does not know, and where the cloud refuses
 */
export async function play(
  worlds: string,
  name: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const played = commands[name];
  if (played === undefined) throw new Error(`${name} is not played; what is: ${commandNames.join(", ")}.`);
  const world = openWorld(worlds, played.cloud);
  try {
    const printed = played.command({ args, environment, world });
    if (printed === undefined) throw new Error(`\`${name} ${args.join(" ")}\` is not played.`);
    return await printed;
  } finally {
    world.close();
  }
}
