import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { CloudError } from "../kernel/errors";
import { issuerKeys } from "../kernel/job-token";
import { openWorld } from "../worlds";
import { credentialsOf, roleNameOf, sessionArn } from "./sessions";
import { checkWebIdentity } from "./web-identity";
import { escapeXml } from "./xml";

/** A simulated STS on loopback. */
export interface SecurityTokenService {
  /** For `AWS_ENDPOINT_URL_STS`. */
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * Plays STS, as much of it as a job's login needs: AssumeRoleWithWebIdentity, against the roles that the simulated AWS
 * holds at that moment.
 * Source: STS API AssumeRoleWithWebIdentity
 *
 * @param clouds the folder of the simulated clouds
 */
export async function startSecurityTokenService(clouds: string): Promise<SecurityTokenService> {
  const server = http.createServer((request, response) => {
    text(request)
      .then((body) => answer(clouds, new URLSearchParams(body)))
      .then(
        (document) => response.writeHead(200, { "content-type": "text/xml" }).end(document),
        (error: unknown) => {
          const refusal = error instanceof CloudError ? error : new CloudError("InternalFailure", String(error));
          const message = escapeXml(refusal.message.replace(`${refusal.code}: `, ""));
          const document = `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type><Code>${refusal.code}</Code><Message>${message}</Message></Error><RequestId>simulated</RequestId></ErrorResponse>`;
          const status = error instanceof CloudError ? (refusal.code === "AccessDenied" ? 403 : 400) : 500;
          response.writeHead(status, { "content-type": "text/xml" }).end(document);
        },
      );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

async function answer(clouds: string, form: URLSearchParams): Promise<string> {
  const [roleArn, name, token] = ["RoleArn", "RoleSessionName", "WebIdentityToken"].map((key) => form.get(key) ?? "");
  if (form.get("Action") !== "AssumeRoleWithWebIdentity") {
    throw new CloudError("InvalidAction", `The simulated STS does not know ${form.get("Action") ?? "no action"}.`);
  }
  if (roleArn === undefined || token === undefined || name === undefined || !/^[\w+=,.@-]{2,64}$/.test(name)) {
    throw new CloudError("ValidationError", "RoleSessionName must be 2 to 64 letters, digits and + = , . @ - _");
  }
  const keys = issuerKeys(clouds);
  if (keys === undefined) throw new CloudError("IDPCommunicationError", "No issuer of tokens runs in this rehearsal.");
  const seconds = Number(form.get("DurationSeconds") ?? 3600);
  const world = openWorld(clouds, "aws");
  try {
    await checkWebIdentity(world, keys, { roleArn, token, seconds });
    const session = { roleArn, name, endsAt: Date.now() + seconds * 1000 };
    const { accessKeyId, secretAccessKey, sessionToken } = credentialsOf(world, session);
    return `<AssumeRoleWithWebIdentityResponse xmlns="${namespace}"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken><Expiration>${new Date(session.endsAt).toISOString()}</Expiration></Credentials><AssumedRoleUser><Arn>${sessionArn(session)}</Arn><AssumedRoleId>${roleNameOf(roleArn)}:${name}</AssumedRoleId></AssumedRoleUser></AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>simulated</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>`;
  } finally {
    world.close();
  }
}
