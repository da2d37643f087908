import type { CloudName } from "../../infra/clouds";

/** Whose registry a host is; `stand-in` is the rehearsal's own, which holds the stand-in base image. */
export type RegistryOwner = CloudName | "stand-in";

/** Host of the rehearsal's own registry. `.internal` is reserved for private use, so no real host has this name. */
export const standInHost = "registry.rehearsal.internal";

const patterns: readonly (readonly [RegExp, CloudName])[] = [
  [/^\d{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/, "aws"],
  [/^[a-z0-9-]+-docker\.pkg\.dev$/, "gcp"],
  [/^[a-z0-9]{5,50}\.azurecr\.io$/, "azure"],
];

/** The owner of a registry host, by the form of its name; undefined when it is no registry that is played here. */
export function registryOwner(host: string): RegistryOwner | undefined {
  return host === standInHost ? "stand-in" : patterns.find(([pattern]) => pattern.test(host))?.[1];
}
