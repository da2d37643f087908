import { randomBytes, randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from "jose";
import type { Place } from "../../infra/access/identities";
import { type GitHubRepository, githubIssuer, subjectsOf } from "../../infra/access/subjects";
import { issuerKeysFile } from "../clouds/kernel/job-token";

/** What of a job of GitHub Actions its token speaks of. */
export interface WorkflowJob {
  readonly repository: GitHubRepository;
  /** Whether subjects have the ids of owner and repository in them: GitHub decides it, by the repository's age. */
  readonly subjects: "names" | "ids";
  readonly event: "push" | "pull_request" | "workflow_dispatch" | "schedule" | "workflow_run";
  /** `refs/heads/main`; of a pull request `refs/pull/7/merge`. */
  readonly ref: string;
  readonly environment?: string;
  /** The workflow's file, for instance `.github/workflows/deploy.yml`. */
  readonly workflow: string;
  /** A pull request from a fork, whose jobs get no token. @default false */
  readonly fork?: boolean;
  /** Whether the job has `permissions: id-token: write`. @default true */
  readonly mayRequestToken?: boolean;
}

/** What a token may be made with otherwise than GitHub does, to show that it is refused. */
export interface TokenOptions {
  /** From its issue to its expiry. @default {@link tokenSeconds} */
  readonly seconds?: number;
  /** How long ago it was issued. @default 0 */
  readonly secondsAgo?: number;
  /** @default GitHub's */
  readonly issuer?: string;
}

/** A simulated issuer of job tokens. */
export interface TokenIssuer {
  /** What the tokens are verified with. */
  readonly keys: JSONWebKeySet;
  /** What a job's environment holds of it: the address and the token of its requests; nothing for a job that may not. */
  environment(job: WorkflowJob, options?: TokenOptions): Readonly<Record<string, string>>;
  /** A token, without a request. @param audience such as `sts.amazonaws.com` */
  token(job: WorkflowJob, audience: string, options?: TokenOptions): Promise<string>;
  stop(): Promise<void>;
}

/** Life of a token. Source: docs.github.com, OpenID Connect, example token: `exp` 1632493867, `iat` 1632493567 */
export const tokenSeconds = 300;

/** The same token: `nbf` 1632492967. */
const validBeforeIssueSeconds = 600;

/**
 * Plays `token.actions.githubusercontent.com` on loopback: jobs ask for tokens with the address and the token that the
 * runner gives them, clouds verify these with its keys. The tokens name GitHub as their issuer.
 *
 * Sources: docs.github.com/actions/reference/security/oidc, "OIDC token claims"; actions/toolkit, packages/core,
 * oidc-utils.ts for the request.
 *
 * @param clouds the folder of the simulated clouds that are to know its keys; absent for an issuer that none knows
 */
export async function startTokenIssuer({
  clouds,
  seconds = tokenSeconds,
}: { readonly clouds?: string; readonly seconds?: number } = {}): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const kid = randomUUID();
  const keys: JSONWebKeySet = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" }] };
  if (clouds !== undefined) writeKeys(issuerKeysFile(clouds), keys);
  const jobs = new Map<string, { readonly job: WorkflowJob; readonly options: TokenOptions }>();

  const token = (job: WorkflowJob, audience: string, options: TokenOptions = {}): Promise<string> => {
    const issuedAt = Math.floor(Date.now() / 1000) - (options.secondsAgo ?? 0);
    return new SignJWT(claimsOf(job))
      .setProtectedHeader({ typ: "JWT", alg: "RS256", kid })
      .setJti(randomUUID())
      .setIssuer(options.issuer ?? githubIssuer)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt - validBeforeIssueSeconds)
      .setExpirationTime(issuedAt + (options.seconds ?? seconds))
      .sign(privateKey);
  };

  const respond = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://issuer");
    if (url.pathname === "/.well-known/jwks") {
      send(response, 200, keys);
      return;
    }
    const asking = jobs.get(/^bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "");
    if (url.pathname !== "/idtoken" || asking === undefined) {
      send(response, url.pathname === "/idtoken" ? 401 : 404, { message: "Unauthorized" });
      return;
    }
    const { job, options } = asking;
    const audience = url.searchParams.get("audience") ?? `https://github.com/${job.repository.owner}`;
    send(response, 200, { count: 1, value: await token(job, audience, options) });
  };
  const server = http.createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      send(response, 500, { message: String(error) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    keys,
    environment: (job, options = {}): Readonly<Record<string, string>> => {
      if (job.fork === true || job.mayRequestToken === false) return {};
      const requestToken = randomBytes(24).toString("base64url");
      jobs.set(requestToken, { job, options });
      return {
        ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/idtoken?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
      };
    },
    token,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Where a job runs: an environment comes before whatever started it. */
export function placeOf({ environment, event, ref }: Pick<WorkflowJob, "environment" | "event" | "ref">): Place {
  if (environment !== undefined) return { kind: "environment", name: environment };
  if (event === "pull_request") return { kind: "pull-request" };
  return { kind: "branch", name: ref.replace(/^refs\/heads\//, "") };
}

function claimsOf(job: WorkflowJob): Record<string, string | number> {
  const { repository, event, ref, environment, workflow } = job;
  const [named, withIds] = subjectsOf(repository, placeOf(job));
  const full = `${repository.owner}/${repository.name}`;
  return {
    sub: job.subjects === "ids" ? withIds : named,
    ref,
    ref_type: "branch",
    repository: full,
    repository_id: String(repository.id),
    repository_owner: repository.owner,
    repository_owner_id: String(repository.ownerId),
    repository_visibility: "private",
    run_id: "4217",
    run_number: "12",
    run_attempt: "1",
    actor: repository.owner,
    actor_id: String(repository.ownerId),
    event_name: event,
    workflow: path.basename(workflow).replace(/\.ya?ml$/, ""),
    workflow_ref: `${full}/${workflow}@${ref}`,
    job_workflow_ref: `${full}/${workflow}@${ref}`,
    runner_environment: "github-hosted",
    ...(environment === undefined ? {} : { environment }),
    ...(event === "pull_request" ? { base_ref: "main", head_ref: "change" } : {}),
  };
}

function writeKeys(file: string, keys: JSONWebKeySet): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  fs.writeFileSync(temporary, JSON.stringify(keys));
  fs.renameSync(temporary, file);
}

function send(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
