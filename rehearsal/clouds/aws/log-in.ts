import * as fs from "node:fs";
import { type ActAgain, type Actor, type LogIn, sessionMilliseconds } from "../kernel/actor";
import { CloudError } from "../kernel/errors";
import { issuerKeys } from "../kernel/job-token";
import type { World } from "../kernel/world";
import { evaluate, roleStatements } from "./access";
import { type RoleSession, roleNameOf, sessionArn, sessionOf } from "./sessions";
import { checkWebIdentity } from "./web-identity";

/**
 * Finds a login as the AWS SDKs do: a session in `AWS_SESSION_TOKEN`, else a role in `AWS_ROLE_ARN` with a token in
 * `AWS_WEB_IDENTITY_TOKEN_FILE`. Credentials that the rehearsal did not make are those of whoever rehearses, and stay
 * unused.
 * Source: AWS SDKs and Tools reference, "Standardized credential providers"
 */
export const logIn: LogIn = async ({ environment, world }) => {
  const { AWS_SESSION_TOKEN: token, AWS_ROLE_ARN: roleArn, AWS_WEB_IDENTITY_TOKEN_FILE: file } = environment;
  if (token !== undefined && token !== "") {
    const session = sessionOf(world, token);
    return session === undefined ? undefined : actorOf(world, session);
  }
  const keys = issuerKeys(world.folder);
  if (roleArn === undefined || file === undefined || keys === undefined) return undefined;
  await checkWebIdentity(world, keys, { roleArn, token: fs.readFileSync(file, "utf8").trim() });
  const name = environment.AWS_ROLE_SESSION_NAME ?? String(Date.now());
  return actorOf(world, { roleArn, name, endsAt: Date.now() + sessionMilliseconds });
};

/** The name of the session is not kept: nobody is told of it. */
export const actAgain: ActAgain = (world, { identity, endsAt }) =>
  Promise.resolve(actorOf(world, { roleArn: identity, name: "again", endsAt }));

function actorOf(world: World, session: RoleSession): Actor {
  const isOver = () => Date.now() >= session.endsAt;
  return {
    identity: session.roleArn,
    isOver,
    refusal: ({ action, resource, conditions = {} }) => {
      if (isOver()) return new CloudError("ExpiredToken", "The security token included in the request is expired");
      const statements = roleStatements(world, roleNameOf(session.roleArn));
      const verdict = evaluate(statements, { action, resource, keys: conditions });
      if (verdict?.allowed === true) return undefined;
      // Source: IAM user guide, "Troubleshoot access denied error messages"
      const why =
        verdict === undefined
          ? `because no identity-based policy allows the ${action} action`
          : "with an explicit deny in an identity-based policy";
      const target = resource === undefined ? "" : ` on resource: ${resource}`;
      return new CloudError(
        codeOf(action),
        `User: ${sessionArn(session)} is not authorized to perform: ${action}${target} ${why}`,
      );
    },
  };
}

/** Each service has its own code for it (the services' API references, "Common errors"). */
function codeOf(action: string): string {
  const service = action.split(":")[0] ?? "";
  return { ec2: "UnauthorizedOperation", iam: "AccessDenied", s3: "AccessDenied" }[service] ?? "AccessDeniedException";
}
