import * as fs from "node:fs";
import path from "node:path";
import { checkFederatedLogin } from "../azure-native/federated-login";
import { actAgain, logIn } from "../azure-native/log-in";
import { registryType } from "../azure-native/registry";
import { accessToken, sessionOf } from "../kernel/access-token";
import { type Actor, sessionMilliseconds } from "../kernel/actor";
import { CloudError } from "../kernel/errors";
import { issuerKeys } from "../kernel/job-token";
import { registryActions } from "../registry-actions";
import type { Call, Command } from "./played";
import { execCredential, optionsAfter, registryPassword } from "./tokens";

type Options = Readonly<Record<string, string | undefined>>;

/** `az login` with a job's token, and `az acr login`, whose password lasts three hours. */
export const az: Command = (call) => {
  const acr = optionsAfter(["acr", "login"], call.args);
  if (acr !== undefined) return printPassword(call, acr);
  const options = optionsAfter(["login", "--service-principal"], call.args);
  return options && keepLogin(call, options);
};

/** `kubelogin get-token`, told by its environment to ask GitHub for the job's token. */
export const kubelogin: Command = ({ args, environment, world }) =>
  optionsAfter(["get-token"], args) &&
  logIn({ environment, world }).then((actor) => {
    if (environment.AAD_LOGIN_METHOD !== "workloadidentity" || actor === undefined) {
      throw new Error("AzureCLICredential: Please run 'az login' to setup account");
    }
    return execCredential(world, actor, 60);
  });

async function keepLogin({ environment, world }: Call, options: Options): Promise<string> {
  const keys = issuerKeys(world.folder);
  const [, file] = /^@(.+)$/.exec(options["--federated-token"] ?? "") ?? [];
  if (keys === undefined || file === undefined) throw new Error("--federated-token: a file with a token is expected");
  const [clientId = "", tenantId = ""] = [options["--username"], options["--tenant"]];
  await checkFederatedLogin(world, keys, { clientId, tenantId, token: fs.readFileSync(file, "utf8") });
  const session = { identity: clientId, endsAt: Date.now() + sessionMilliseconds };
  fs.writeFileSync(profile(environment), accessToken(world, "account", session), { mode: 0o600 });
  return "";
}

async function printPassword({ environment, world }: Call, options: Options): Promise<string> {
  const actor = await loggedIn({ environment, world });
  const registry = world.list(registryType).find(({ outputs }) => outputs.name === options["--name"]);
  if (registry === undefined) {
    throw new CloudError("ResourceNotFound", `The resource with name '${options["--name"] ?? ""}' could not be found.`);
  }
  // A registry gives no login to an identity that may do nothing there.
  const [action = ""] = registryActions.azure.pull;
  const refusal = actor.refusal({ action, resource: registry.id });
  if (refusal !== undefined) throw refusal;
  return registryPassword(world, actor, 3 * 60);
}

async function loggedIn({ environment, world }: Omit<Call, "args">): Promise<Actor> {
  const file = profile(environment);
  const token = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
  const session = sessionOf(world, "account", token);
  const actor = session && (await actAgain(world, session));
  if (actor === undefined) throw new Error("Please run 'az login' to setup account.");
  return actor;
}

/** Where the Azure CLI keeps who is logged in. */
function profile({ AZURE_CONFIG_DIR: folder = "" }: NodeJS.ProcessEnv): string {
  return path.join(folder, "msal_token_cache.json");
}
