import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { CloudError } from "../kernel/errors";
import { openWorld } from "../worlds";
import { answerKms } from "./kms-secrets";
import { logIn } from "./log-in";
import { answerS3, type Objects } from "./s3-objects";
import { escapeXml } from "./xml";

/** Simulated S3 and KMS on loopback, as much of them as Pulumi's backend in a bucket needs. */
export interface StateService {
  /** Where an AWS SDK finds it. */
  readonly environment: Readonly<Record<"AWS_ENDPOINT_URL_S3" | "AWS_ENDPOINT_URL_KMS", string>>;
  /** What is in the buckets, by `<bucket>/<key>`. */
  readonly objects: Objects;
  stop(): Promise<void>;
}

/** A request, as the simulated services look at it. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What they answer. */
export interface Answered {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/**
 * Plays the two services for the buckets and keys that the simulated AWS holds at that moment. Who asks with a session of a role
 * may do what the role's policies say, and its uses are recorded; anybody else is an administrator, as in the simulated clouds.
 * Signatures are not looked at, and requests count as sent over TLS.
 *
 * @param clouds the folder of the simulated clouds
 */
export async function startStateService(clouds: string): Promise<StateService> {
  const objects: Objects = new Map();
  const answer = async (asked: Asked): Promise<Answered> => {
    const world = openWorld(clouds, "aws");
    const isKms = asked.headers["x-amz-target"] !== undefined;
    try {
      const token = String(asked.headers["x-amz-security-token"] ?? "");
      world.actor = await logIn({ environment: { AWS_SESSION_TOKEN: token }, world });
      return isKms ? answerKms(world, asked) : answerS3(world, objects, asked);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      const words = error.message.replace(`${error.code}: `, "");
      return isKms ? kmsRefusal(error.code, words) : s3Refusal(error.code, words);
    } finally {
      world.close();
    }
  };
  const server = http.createServer((request, response) => {
    buffer(request)
      .then((body) => {
        const url = new URL(request.url ?? "/", "http://aws");
        return answer({ method: request.method ?? "GET", url, headers: request.headers, body });
      })
      .catch((error: unknown): Answered => ({ status: 500, body: String(error) }))
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
      // Whoever asked has gone away.
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    environment: { AWS_ENDPOINT_URL_S3: address, AWS_ENDPOINT_URL_KMS: address },
    objects,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Amazon S3 API reference, "Error responses". */
function s3Refusal(code: string, message: string): Answered {
  // KMS's refusals are S3's own to whoever asks for the object.
  const name = code === "AccessDeniedException" ? "AccessDenied" : code;
  const status = { AccessDenied: 403, ExpiredToken: 400, NotImplemented: 501 }[name] ?? 404;
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${name}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return { status, headers: { "content-type": "application/xml" }, body };
}

/** AWS KMS API reference, "Common errors": always 400, with the name in `__type`. */
function kmsRefusal(code: string, message: string): Answered {
  const headers = { "content-type": "application/x-amz-json-1.1" };
  return { status: 400, headers, body: JSON.stringify({ __type: code, message }) };
}
