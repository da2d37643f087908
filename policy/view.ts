import { type PolicyResource, type ResourceValidationArgs, Secret } from "@pulumi/policy";
import type { Resource } from "./rule";
import { unknown } from "./value";

type Arguments = Pick<ResourceValidationArgs | PolicyResource, "urn" | "type" | "name" | "props" | "opts">;

/** A resource as the rules see it. @param secrets see {@link Resource} */
export function viewOf({ urn, type, name, props, opts }: Arguments, secrets: Resource["secrets"]): Resource {
  return { urn, type, name, properties: known(props) as Resource["properties"], secrets, protect: opts.protect };
}

/** A copy of properties in which `unknown` stands for what @pulumi/policy would throw at. */
function known(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const read = (key: string | number) => {
    try {
      return known((value as Record<string | number, unknown>)[key]);
    } catch (error) {
      // @pulumi/policy does not export its class.
      if ((error as Error).constructor.name === "UnknownValueError") {
        return unknown;
      }
      throw error;
    }
  };
  return Array.isArray(value)
    ? Array.from({ length: value.length }, (_, index) => read(index))
    : Object.fromEntries(Object.keys(value).map((key) => [key, read(key)]));
}

/**
 * Paths of the secrets in a resource's inputs.
 *
 * @param props of a remediation: only there @pulumi/policy keeps what is secret, as values of its class `Secret` behind a
 *   proxy that unwraps them when they are read, and shows them in a property's descriptor
 */
export function secretPaths(props: object, path: readonly string[] = []): string[][] {
  return Object.entries(Object.getOwnPropertyDescriptors(props)).flatMap(([key, { value }]) => {
    const here = [...path, key];
    if (value instanceof Secret) {
      return [here];
    }
    return typeof value === "object" && value !== null ? secretPaths(value as object, here) : [];
  });
}
