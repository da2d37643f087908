import type { RegistryOwner } from "./hosts";

/** An answer that refuses a request, in the form of the OCI distribution specification ("Error Codes"). */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Missing or wrong login. */
export function unauthorized(host: string): Refusal {
  return { status: 401, code: "UNAUTHORIZED", message: `authentication required: no valid login for ${host}` };
}

/**
 * The repository does not exist. ECR and Artifact Registry make none on push (ECR user guide, "Pushing a Docker
 * image"; Artifact Registry, "Push and pull images"); ACR does, so there it is the registry that is missing.
 */
export function unknownRepository(owner: RegistryOwner, host: string, name: string): Refusal {
  const messages: Record<RegistryOwner, string> = {
    aws: `The repository with name '${name}' does not exist in the registry with id '${host.slice(0, 12)}'`,
    gcp: `Repository "${name.split("/")[1] ?? name}" not found`,
    azure: `The registry ${host} does not exist`,
    "stand-in": `repository ${name} not found`,
  };
  return { status: 404, code: "NAME_UNKNOWN", message: messages[owner] };
}

/**
 * The tag names an image already and may not change. ECR refuses even the same image again
 * (aws/containers-roadmap#2179); its words are those that clients print (moby/buildkit#3776). The others' words are
 * this rehearsal's own.
 */
export function immutableTag(owner: RegistryOwner, name: string, tag: string): Refusal {
  return owner === "aws"
    ? {
        status: 400,
        code: "TAG_INVALID",
        message:
          `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the ` +
          `repository is immutable.`,
      }
    : {
        status: 409,
        code: "DENIED",
        message: `tag ${tag} of ${name} names another image and the repository's tags are immutable`,
      };
}
