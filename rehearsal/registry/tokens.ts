import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { RegistryNode } from "./rules";
import type { Scope } from "./scopes";

/** What a token lets its holder do. */
export type Claims =
  /** Says which node it is; Azure's registry gives a login for it. */
  | { readonly use: "identity"; readonly node: RegistryNode }
  /** Password of a node's login to its cloud's registries. */
  | { readonly use: "login"; readonly node: RegistryNode }
  /** Goes with requests to one host, and holds what was granted when it was given. */
  | { readonly use: "bearer"; readonly host: string; readonly scopes: readonly Scope[] };

/** Signs tokens, and reads those that it signed. The key lives as long as this process, and the tokens with it. */
export class Tokens {
  readonly #key = randomBytes(32);

  issue(claims: Claims, seconds: number): string {
    const body = Buffer.from(JSON.stringify({ claims, expires: Date.now() + seconds * 1000 })).toString("base64url");
    return `${body}.${this.#sign(body).toString("base64url")}`;
  }

  /** What a token says; undefined when it was not signed here, was changed or has expired. */
  read(token: string): Claims | undefined {
    const [body = "", signature = ""] = token.split(".");
    const given = Buffer.from(signature, "base64url");
    const expected = this.#sign(body);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return undefined;
    }
    const { claims, expires } = JSON.parse(Buffer.from(body, "base64url").toString()) as {
      readonly claims: Claims;
      readonly expires: number;
    };
    return expires > Date.now() ? claims : undefined;
  }

  #sign(body: string): Buffer {
    return createHmac("sha256", this.#key).update(body).digest();
  }
}
