import { z } from "zod";
import { structured } from "./read";

/** Settings that every cloud stack has. */
export const commonSettings = {
  /** Name that every cluster, registry and repository begins with. */
  "trinity:project": z
    .string()
    .regex(/^[a-z][a-z0-9-]*[a-z0-9]$/, "lower-case letters, digits and hyphens, beginning with a letter"),
  /** Where Argo CD finds what runs. */
  "trinity:gitops": structured(
    z.strictObject({
      /** Git repository, as Argo CD is to clone it: https, ssh, git or file. */
      repository: z.url({ protocol: /^(https?|ssh|git|file)$/ }),
      /** Branch, tag or commit. @default HEAD, the repository's default branch */
      revision: z.string().min(1).default("HEAD"),
      /** Folder of the root application in that repository. @default gitops/root */
      path: z
        .string()
        .regex(/^[\w.-]+(\/[\w.-]+)*$/, "a relative folder")
        .default("gitops/root"),
    }),
  ),
};

/** How many nodes a node pool may have. */
export function nodeCounts(defaults: { readonly minimum: number; readonly maximum: number }) {
  return structured(
    z
      .strictObject({ minimum: z.int().min(1).max(1000), maximum: z.int().min(1).max(1000) })
      .refine((counts) => counts.minimum <= counts.maximum, "minimum is above maximum"),
  ).prefault(JSON.stringify(defaults));
}

/** A Kubernetes minor version, for instance `1.34`. */
export function kubernetesVersion(defaultVersion: string) {
  return z
    .string()
    .regex(/^1\.\d{2}$/, "a minor version such as 1.34")
    .default(defaultVersion);
}
