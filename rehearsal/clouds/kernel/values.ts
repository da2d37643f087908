import { isDeepStrictEqual } from "node:util";

/** What a provider sees of a resource: JSON, in which an unknown value is a sentinel text. */
export type Properties = Readonly<Record<string, unknown>>;

/**
 * How the engine writes "not known until the update" on the wire.
 * Source: pulumi/pulumi sdk/go/common/resource/plugin/rpc.go, UnknownStringValue and its siblings.
 */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const unknowns: ReadonlySet<unknown> = new Set([
  unknown,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // a boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // a number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // an array
  "030794c1-ac77-496b-92df-f27374a8bd58", // an asset
  "e48ece36-62e2-4504-bad9-02848725956a", // an archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // an object
]);

/** Key and value that mark an object as a secret on the wire (rpc.go, SigKey and SecretSig). */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

export function isUnknown(value: unknown): boolean {
  return unknowns.has(value);
}

/** True when the value, or anything in it, is unknown. */
export function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.some(hasUnknown);
  }
  return isObject(value) ? Object.values(value).some(hasUnknown) : isUnknown(value);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Marks a value as secret, so that the engine encrypts it in the state. */
export function secret(value: unknown): Properties {
  return { [signatureKey]: secretSignature, value };
}

/** Takes secret marks off, and drops absent (null) properties, as the real providers do before they look at values. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (!isObject(value)) {
    return value;
  }
  if (value[signatureKey] === secretSignature) {
    return plain(value.value);
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null && item !== undefined)
      .map(([key, item]) => [key, plain(item)]),
  );
}

export function plainProperties(value: unknown): Properties {
  const properties = plain(value ?? {});
  return isObject(properties) ? properties : {};
}

/** Names of the top-level properties that differ. */
export function changedProperties(before: Properties, after: Properties): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name])).sort();
}

/** What stands at an issue's path: `["vpcConfig", "subnetIds", 0]`. Stops at the first unknown on the way. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (isUnknown(current)) {
      return current;
    }
    if (Array.isArray(current)) {
      current = (current as unknown[])[Number(key)];
    } else if (isObject(current)) {
      current = current[String(key)];
    } else {
      return undefined;
    }
  }
  return current;
}

/** Every value at a dotted path, in which `[]` steps into a list: `vpcConfig.subnetIds[]`. */
export function valuesAt(value: unknown, path: string): unknown[] {
  let current: unknown[] = [value];
  for (const step of path.split(".")) {
    const key = step.replace(/\[\]$/, "");
    current = current.map((item) => (isObject(item) ? item[key] : undefined));
    if (step.endsWith("[]")) {
      current = current.flatMap((item) => (Array.isArray(item) ? (item as unknown[]) : []));
    }
  }
  return current.filter((item) => item !== undefined);
}
