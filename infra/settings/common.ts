import { z } from "zod";
import type { NodeCounts } from "../../components/node-counts";
import { checkedBy } from "./checked-by";
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
      /**
       * Git repository, as Argo CD is to clone it. Nothing unencrypted: what comes from there runs in the clusters. No user or
       * token in an https address, which would be in Git, in the state and in every message; Argo CD has its own logins.
       */
      repository: z
        .string()
        .regex(
          /^(https:\/\/(?![^/]*@)|ssh:\/\/|git@[\w.-]+:)[^\s/]\S*$/,
          "a repository's address, without a login: https://<host>/<path>, ssh://git@<host>/<path> or git@<host>:<path>",
        ),
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

/** How many nodes a node pool may have. @param check the component's */
export function nodeCounts(defaults: NodeCounts, check: (counts: NodeCounts) => unknown) {
  return structured(
    z.strictObject({ minimum: z.int().max(1000), maximum: z.int().max(1000) }).superRefine(checkedBy(check)),
  ).prefault(JSON.stringify(defaults));
}

/** A Kubernetes minor version, for instance `1.34`. */
export function kubernetesVersion(defaultVersion: string) {
  return z
    .string()
    .regex(/^1\.\d{2}$/, "a minor version such as 1.34")
    .default(defaultVersion);
}
