import { createHash, randomBytes } from "node:crypto";
import { sealed, unsealed } from "../kernel/access-token";
import type { World } from "../kernel/world";
import { accountId } from "./account";

/** A session of a role. */
export interface RoleSession {
  readonly roleArn: string;
  readonly name: string;
  /** When it ends: milliseconds since 1970, of the machine's clock. */
  readonly endsAt: number;
}

/** What STS hands out for one. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Credentials of a session, which every provider of this world recognises. */
export function credentialsOf(world: World, session: RoleSession): Credentials {
  const sessionToken = sealed(world, session);
  return {
    accessKeyId: `ASIA${createHash("sha256").update(sessionToken).digest("hex").slice(0, 16).toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString("base64"),
    sessionToken,
  };
}

/** The session that a token is of; undefined for one that this world's STS did not make. */
export function sessionOf(world: World, token: string): RoleSession | undefined {
  const contents = unsealed(world, token) as Partial<RoleSession> | undefined;
  return contents?.roleArn === undefined ? undefined : (contents as RoleSession);
}

/** Name of the role: the last part of its ARN. */
export function roleNameOf(roleArn: string): string {
  return roleArn.split("/").at(-1) ?? "";
}

/** How a session is called in refusals: `arn:aws:sts::<account>:assumed-role/<role>/<session>`. */
export function sessionArn({ roleArn, name }: RoleSession): string {
  return `arn:aws:sts::${accountId}:assumed-role/${roleNameOf(roleArn)}/${name}`;
}
