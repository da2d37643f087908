/** Stands where a preview cannot know a value yet. No rule is broken by it: an update, and the next preview, know it. */
export const unknown = Symbol("not known before it is made");

/**
 * A value inside of properties.
 *
 * @returns undefined where anything on the way is missing; `unknown` where anything on the way is not known
 */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (inner === unknown) {
      return unknown;
    }
    return typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined;
  }, value);
}

/** The entries of a list; none for anything else. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Every text inside of a value, with the path to it. */
export function texts(value: unknown, path: readonly string[] = []): { path: readonly string[]; text: string }[] {
  if (typeof value === "string") {
    return [{ path, text: value }];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => texts(inner, [...path, key]))
    : [];
}
