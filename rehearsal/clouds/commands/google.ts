import { logIn } from "../gcp/log-in";
import type { Actor } from "../kernel/actor";
import type { Call, Command } from "./played";
import { execCredential, optionsAfter, registryPassword } from "./tokens";

/** `gcloud auth print-access-token`, whose token lasts an hour. */
export const gcloud: Command = (call) =>
  optionsAfter(["auth", "print-access-token"], call.args) &&
  loggedIn(call).then((actor) => registryPassword(call.world, actor, 60));

/** `gke-gcloud-auth-plugin`, which asks gcloud. */
export const authPlugin: Command = (call) =>
  call.args.length > 0 ? undefined : loggedIn(call).then((actor) => execCredential(call.world, actor, 60));

/** gcloud does not read the file that Google's SDKs read. */
async function loggedIn({ environment, world }: Call): Promise<Actor> {
  const { CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE: file } = environment;
  const actor = await logIn({ environment: { GOOGLE_APPLICATION_CREDENTIALS: file }, world });
  if (actor === undefined) throw new Error("You do not currently have an active account selected.");
  return actor;
}
