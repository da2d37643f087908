import type { Registries } from "../registry";
import { ensureGoStandIn } from "./go";
import { ensureStandIns } from "./index";

/** Which build argument names which image, by its stand-in; each is made when a Dockerfile first asks for it. */
const standIns: Readonly<Record<string, (registries: Registries, onBuild: () => void) => Promise<string>>> = {
  NODE_IMAGE: async (registries, onBuild) => (await ensureStandIns(registries, onBuild)).base,
  BUILD_IMAGE: async (registries, onBuild) => (await ensureStandIns(registries, onBuild)).build,
  GO_IMAGE: ensureGoStandIn,
};

/**
 * The build arguments that a Dockerfile gets in a rehearsal: those that it declares, since any other would build the image
 * anew whenever a stand-in changes that it does not stand on, and BuildKit warns of it.
 *
 * @param onBuild called for each stand-in that has to be made
 * @returns the value of `trinity:buildArguments`
 */
export async function standInArguments(
  dockerfile: string,
  registries: Registries,
  onBuild: () => void,
): Promise<Record<string, string>> {
  const known = declaredArguments(dockerfile).filter((name) => Object.hasOwn(standIns, name));
  const values: Record<string, string> = {};
  // One after the other: two of them come from the same images.
  for (const name of known) {
    values[name] = (await standIns[name]?.(registries, onBuild)) ?? "";
  }
  return values;
}

/** Names of the `ARG` lines, each once. */
export function declaredArguments(dockerfile: string): string[] {
  const lines = [...dockerfile.matchAll(/^\s*ARG\s+(\S.*)$/gim)].map(([, names = ""]) => names);
  return [...new Set(lines.flatMap((names) => names.split(/\s+/)).map((name) => name.replace(/=.*$/s, "")))];
}
