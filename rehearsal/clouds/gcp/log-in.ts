import * as fs from "node:fs";
import { type ActAgain, type Actor, type LogIn, sessionMilliseconds } from "../kernel/actor";
import { CloudError } from "../kernel/errors";
import { issuerKeys, requestToken } from "../kernel/job-token";
import type { World } from "../kernel/world";
import { type Evaluate, loadExpressions } from "./expressions";
import { permitted } from "./permissions";
import { checkWorkloadLogin } from "./workload-login";

/** What of a file of application default credentials tells a job's login. Source: google.aip.dev/auth/4117 */
interface ExternalAccount {
  readonly type: string;
  readonly audience: string;
  readonly service_account_impersonation_url: string;
  readonly credential_source: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
}

/**
 * Finds a login as Google's SDKs do: the file in `GOOGLE_APPLICATION_CREDENTIALS`, where it is of an external account. Any
 * other is of whoever rehearses, and stays unused.
 */
export const logIn: LogIn = async ({ environment, world }) => {
  const { GOOGLE_APPLICATION_CREDENTIALS: file } = environment;
  const keys = issuerKeys(world.folder);
  if (file === undefined || keys === undefined || !fs.existsSync(file)) return undefined;
  const credentials = JSON.parse(fs.readFileSync(file, "utf8")) as ExternalAccount;
  if (credentials.type !== "external_account") return undefined;
  const { url, headers } = credentials.credential_source;
  const evaluate = await loadExpressions();
  const account =
    /\/serviceAccounts\/([^:]+):generateAccessToken$/.exec(credentials.service_account_impersonation_url)?.[1] ?? "";
  const token = await requestToken(url, headers);
  await checkWorkloadLogin(world, keys, evaluate, { audience: credentials.audience, token, account });
  return actorOf(world, account, evaluate, Date.now() + sessionMilliseconds);
};

export const actAgain: ActAgain = async (world, { identity, endsAt }) =>
  actorOf(world, identity, await loadExpressions(), endsAt);

function actorOf(world: World, account: string, evaluate: Evaluate, endsAt: number): Actor {
  const isOver = () => Date.now() >= endsAt;
  return {
    identity: account,
    isOver,
    refusal: (request) => {
      if (isOver()) {
        return new CloudError(
          "googleapi: Error 401: authError",
          `Request had invalid authentication credentials. Expected OAuth 2 access token (of ${account}, expired).`,
        );
      }
      if (permitted(world, account, request, evaluate)) return undefined;
      const resource = request.resource === undefined ? "" : ` '//${request.resource}'`;
      return new CloudError(
        "googleapi: Error 403: forbidden",
        `Permission '${request.action}' denied on resource${resource} (or it may not exist). (caller ${account})`,
      );
    },
  };
}
