import { identities, type IdentityName, type Place } from "./identities";

/** Who issues the tokens of GitHub Actions. */
export const githubIssuer = "https://token.actions.githubusercontent.com";

/** A repository on GitHub, with the ids that stay when it or its owner is renamed. */
export interface GitHubRepository {
  readonly owner: string;
  /** `gh api repos/<owner>/<name> --jq .owner.id` */
  readonly ownerId: number;
  readonly name: string;
  /** `gh api repos/<owner>/<name> --jq .id` */
  readonly id: number;
}

/**
 * The subjects of a place's tokens, in both of GitHub's forms: repositories that were made, renamed or transferred after
 * 2026-07-15 have their ids in it. Which form a repository has cannot be asked for beforehand, and a wrong one fails only
 * when a token is exchanged.
 * Source: docs.github.com/actions/reference/security/oidc, "Immutable subject claims"
 */
export function subjectsOf({ owner, ownerId, name, id }: GitHubRepository, place: Place): readonly [string, string] {
  const context = contextOf(place);
  return [`repo:${owner}/${name}:${context}`, `repo:${owner}@${ownerId}/${name}@${id}:${context}`];
}

/** Every subject that may be an identity: its places, each in both forms. */
export function trustedSubjects(repository: GitHubRepository, identity: IdentityName, env: string): readonly string[] {
  return identities[identity].places(env).flatMap((place) => subjectsOf(repository, place));
}

function contextOf(place: Place): string {
  switch (place.kind) {
    case "environment":
      // A colon would end the name early: GitHub encodes it, and the platform's names have none.
      return `environment:${place.name}`;
    case "pull-request":
      return "pull_request";
    case "branch":
      return `ref:refs/heads/${place.name}`;
  }
}
