import { identities, type IdentityName, type Place } from "../identities";
import { type GitHubRepository, subjectsOf } from "../subjects";

/** What makes a job's token that of an identity: Azure compares the subject whole, so that each is a credential of its own. */
export interface FederatedCredential {
  /** Cannot be changed, and so says where the job runs and in which of GitHub's forms: `by-name-environment-dev`. */
  readonly name: string;
  readonly subject: string;
}

/** The credentials of an identity: its places, each in both of GitHub's forms. */
export function federatedCredentials(
  repository: GitHubRepository,
  identity: IdentityName,
  env: string,
): readonly FederatedCredential[] {
  return identities[identity].places(env).flatMap((place) => {
    const [byName, byId] = subjectsOf(repository, place);
    return [
      { name: `by-name-${placeName(place)}`, subject: byName },
      { name: `by-id-${placeName(place)}`, subject: byId },
    ];
  });
}

function placeName(place: Place): string {
  return place.kind === "pull-request" ? place.kind : `${place.kind}-${place.name}`;
}
