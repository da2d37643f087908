import type { PullRequest } from "../../rehearsal/github";

/** A pull request of the simulated GitHub that is open, and of which nothing matters but that it is there. */
export function openPullRequest(): PullRequest {
  return {
    number: 1,
    title: "Change",
    body: "",
    state: "open",
    head: "change",
    sha: "0".repeat(40),
    base: "main",
    mergedAt: undefined,
    autoMerge: false,
    labels: [],
    createdAt: "2026-01-01T00:00:00Z",
  };
}
