import * as fs from "node:fs";
import path from "node:path";
import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";

/** What a cloud finds when it looks at the token of a job. */
export type TokenFinding =
  | { readonly kind: "valid"; readonly claims: JWTPayload }
  /** Not a token, or not one of the issuer's keys. */
  | { readonly kind: "signature"; readonly why: string; readonly claims?: JWTPayload }
  | { readonly kind: "expired"; readonly claims: JWTPayload };

/** Where simulated clouds find the keys of the issuer of job tokens: in the folder of their worlds. */
export function issuerKeysFile(clouds: string): string {
  return path.join(clouds, "github-actions.jwks.json");
}

/** The issuer's keys; undefined in a rehearsal without an issuer, where no login counts. */
export function issuerKeys(clouds: string): JSONWebKeySet | undefined {
  const file = issuerKeysFile(clouds);
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as JSONWebKeySet) : undefined;
}

/** Verifies signature and time; whom it is for and who it speaks of is the cloud's affair. */
export async function inspectToken(token: string, keys: JSONWebKeySet): Promise<TokenFinding> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), { algorithms: ["RS256"] });
    return { kind: "valid", claims: payload };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { kind: "expired", claims: error.payload };
    return { kind: "signature", why: error instanceof Error ? error.message : String(error), claims: claimsOf(token) };
  }
}

/** Asks GitHub for the job's token, as SDKs do that know how. @throws Error when it is refused */
export async function requestToken(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status} to the request for a token`);
  const { value } = (await answer.json()) as { readonly value: string };
  return value;
}

/** What a token says of itself, true or not. */
function claimsOf(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}
