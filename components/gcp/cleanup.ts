/** A cleanup policy of an Artifact Registry repository. */
export interface CleanupPolicy {
  readonly id: string;
  readonly action: "DELETE" | "KEEP";
  readonly condition?: {
    readonly tagState: "TAGGED" | "UNTAGGED";
    readonly tagPrefixes?: string[];
    /** Seconds, as the API writes them back: `604800s`. */
    readonly olderThan?: string;
  };
  readonly mostRecentVersions?: { readonly keepCount: number };
}

const day = 24 * 60 * 60;

/**
 * What an image repository deletes by itself. A version that any KEEP policy matches stays, whatever the others say;
 * what no DELETE policy matches stays too, so that no release is ever deleted. "The last thirty" cannot be limited to
 * pull requests: only KEEP policies know it, and without tag prefixes.
 * Source: cloud.google.com/artifact-registry/docs/repositories/cleanup-policy-overview
 */
export const cleanupPolicies: CleanupPolicy[] = [
  { id: "delete-untagged", action: "DELETE", condition: { tagState: "UNTAGGED", olderThan: `${7 * day}s` } },
  {
    id: "delete-pull-requests",
    action: "DELETE",
    condition: { tagState: "TAGGED", tagPrefixes: ["pr-"], olderThan: `${30 * day}s` },
  },
  // A pull request's image that was released under a second tag.
  { id: "keep-releases", action: "KEEP", condition: { tagState: "TAGGED", tagPrefixes: ["sha-"] } },
  { id: "keep-latest", action: "KEEP", mostRecentVersions: { keepCount: 30 } },
];
