import { createHash } from "node:crypto";
import type { CallContext } from "../kernel/definition";

/** Project of a call: the resource's own or the provider's. */
export function projectOf(inputs: { readonly project?: string }, { config }: Pick<CallContext, "config">): string {
  return inputs.project ?? String(config.project);
}

/** Region or location of a call: the resource's own or the provider's. */
export function locationOf(
  inputs: { readonly region?: string; readonly location?: string },
  { config }: Pick<CallContext, "config">,
): string {
  return inputs.location ?? inputs.region ?? String(config.region);
}

/** Number of a project, which some names have in place of its id: the same for the same id. */
export function projectNumber(project: string): string {
  const digest = createHash("sha256").update(project).digest();
  return String(100_000_000_000 + (digest.readUIntBE(0, 6) % 900_000_000_000));
}

/** Errors as the Google APIs' client writes them, reason at the end in the real ones. */
export const googleErrors = {
  badRequest: "googleapi: Error 400: badRequest",
  notFound: "googleapi: Error 404: notFound",
  alreadyExists: "googleapi: Error 409: alreadyExists",
  inUse: "googleapi: Error 400: resourceInUseByAnotherResource",
} as const;

/** Zones that a region's resources are spread over. Source: cloud.google.com/kubernetes-engine/docs/concepts/regional-clusters */
export function zonesOf(location: string): string[] {
  const isZone = /-[a-z]$/.test(location);
  return isZone ? [location] : ["a", "b", "c"].map((zone) => `${location}-${zone}`);
}
