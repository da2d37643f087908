/** Whoever may push may delete too; the other actions of token services are not played. */
export type Action = "pull" | "push";

/** What is asked of, or granted on, a repository. */
export interface Scope {
  readonly name: string;
  readonly actions: readonly Action[];
}

/**
 * Reads scopes such as `repository:mandelbrot:pull,push`, several to a value with spaces between. Those of other
 * things, `registry:catalog:*` for one, are left out, as a token service does with what it does not grant.
 *
 * Source: distribution.github.io/distribution/spec/auth/scope
 */
export function readScopes(values: readonly string[]): Scope[] {
  return values
    .flatMap((value) => value.split(" "))
    .flatMap((value) => {
      const [, name, actions] = /^repository:([^:]+):([^:]+)$/.exec(value) ?? [];
      return name === undefined || actions === undefined
        ? []
        : [{ name, actions: actions.split(",").filter(isAction) }];
    });
}

/** What a request to a repository needs. */
export function actionOf(method: string | undefined): Action {
  return method === "GET" || method === "HEAD" ? "pull" : "push";
}

/** The scope that a client is told to ask for. */
export function scopeFor(name: string, action: Action): string {
  return `repository:${name}:${action === "pull" ? "pull" : "pull,push"}`;
}

function isAction(value: string): value is Action {
  return value === "pull" || value === "push";
}
