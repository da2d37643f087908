import { accessToken } from "../kernel/access-token";
import type { Actor } from "../kernel/actor";
import type { World } from "../kernel/world";

const minute = 60 * 1000;

/** A password for a registry. @param minutes how long it lasts */
export function registryPassword(world: World, { identity }: Actor, minutes: number): string {
  return accessToken(world, "registry", { identity, endsAt: Date.now() + minutes * minute });
}

/**
 * A login to a cluster, as kubectl takes it.
 * Source: kubernetes.io/docs/reference/access-authn-authz/authentication, "client-go credential plugins"
 */
export function execCredential(world: World, { identity }: Actor, minutes: number): string {
  const endsAt = Date.now() + minutes * minute;
  return JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1beta1",
    kind: "ExecCredential",
    status: {
      token: accessToken(world, "cluster", { identity, endsAt }),
      expirationTimestamp: new Date(endsAt).toISOString(),
    },
  });
}

/** The arguments after some words, as options with one value each; undefined for other words. */
export function optionsAfter(
  words: readonly string[],
  args: readonly string[],
): Readonly<Record<string, string | undefined>> | undefined {
  if (words.some((word, index) => args[index] !== word)) return undefined;
  const options: Record<string, string> = {};
  const rest = args.slice(words.length);
  for (const [index, word] of rest.entries()) {
    const next = rest[index + 1] ?? "";
    if (word.startsWith("--")) options[word] = next.startsWith("--") ? "" : next;
  }
  return options;
}
