import { logIn } from "../aws/log-in";
import type { Actor } from "../kernel/actor";
import { ecrLogin } from "../registry-actions";
import type { Call, Command } from "./played";
import { execCredential, optionsAfter, registryPassword } from "./tokens";

/** `aws ecr get-login-password`, whose password lasts twelve hours, and `aws eks get-token`, a quarter of one. */
export const aws: Command = (call) => {
  const { args, world } = call;
  const ecr = optionsAfter(["ecr", "get-login-password"], args);
  if (ecr !== undefined) {
    return loggedIn(call).then((actor) => {
      world.actor = actor;
      world.authorize({ ...ecrLogin, conditions: { "aws:RequestedRegion": ecr["--region"] ?? "" } });
      return registryPassword(world, actor, 12 * 60);
    });
  }
  const eks = optionsAfter(["eks", "get-token"], args);
  // The token is a request that was signed in advance: nobody is asked for a permission.
  return eks && loggedIn(call).then((actor) => execCredential(world, actor, 15));
};

async function loggedIn({ environment, world }: Call): Promise<Actor> {
  const actor = await logIn({ environment, world });
  if (actor === undefined)
    throw new Error('Unable to locate credentials. You can configure credentials by running "aws login".');
  return actor;
}
