import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { World } from "./world";

/** Whoever a cloud has let in, and until when: milliseconds since 1970, of the machine's clock. */
export interface Session {
  /** See {@link Actor}. */
  readonly identity: string;
  readonly endsAt: number;
}

/** A token that this world alone can have made, and that says what is in it. */
export function sealed(world: World, contents: object): string {
  const body = Buffer.from(JSON.stringify(contents)).toString("base64url");
  return `${body}.${seal(world, body)}`;
}

/** What is in a token; undefined for one that this world did not make. */
export function unsealed(world: World, token: string): unknown {
  const [body = "", given = ""] = token.split(".");
  const [expected, actual] = [Buffer.from(seal(world, body)), Buffer.from(given)];
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) return undefined;
  return JSON.parse(Buffer.from(body, "base64url").toString());
}

/** What a login hands out: the password of a registry, the token of a cluster. */
export function accessToken(world: World, use: "registry" | "cluster" | "account", session: Session): string {
  return sealed(world, { use, ...session });
}

/** Whose access token it is; undefined for one of another use, of another world, or that has run out. */
export function sessionOf(world: World, use: "registry" | "cluster" | "account", token: string): Session | undefined {
  const contents = unsealed(world, token) as (Session & { readonly use?: string }) | undefined;
  return contents?.use === use && contents.endsAt > Date.now() ? contents : undefined;
}

function seal(world: World, body: string): string {
  return createHmac("sha256", sessionKey(world)).update(body).digest("base64url");
}

function sessionKey(world: World): string {
  return world.transaction(() => {
    const known = world.setting<string>("session-key", "");
    if (known !== "") return known;
    const made = randomBytes(32).toString("base64url");
    world.set("session-key", made);
    return made;
  });
}
