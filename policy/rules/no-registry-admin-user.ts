import { type Check, type ResourceRule, says } from "../rule";
import { at, list, unknown } from "../value";

const anonymous: Check = {
  source: "https://cloud.google.com/artifact-registry/docs/access-control",
  faults: ({ properties }) =>
    [at(properties, "member"), ...list(at(properties, "members"))]
      .filter((member) => member === "allUsers" || member === "allAuthenticatedUsers")
      .map((member) => ({ what: says("member", member), advice: "Name the service account that is to pull." })),
};

/** Whoever pulls or pushes has an identity of its own. */
export const noRegistryAdminUser: ResourceRule = {
  name: "no-registry-admin-user",
  demand: "A registry has no admin user and lets nobody in without an identity of the cloud.",
  checks: {
    "azure-native:containerregistry:Registry": {
      source: "https://learn.microsoft.com/azure/container-registry/container-registry-authentication#admin-account",
      faults: ({ properties }) =>
        ["adminUserEnabled", "anonymousPullEnabled"]
          .filter((property) => at(properties, property) === true)
          .map((property) => ({ what: `${property} is true`, advice: "Set it to false, and assign roles." })),
    },
    "aws:ecr/repositoryPolicy:RepositoryPolicy": {
      source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
      faults: ({ properties }) => {
        const policy = at(properties, "policy");
        const text = policy === unknown ? "" : typeof policy === "string" ? policy : JSON.stringify(policy ?? "");
        return /"Principal"\s*:\s*("\*"|\{\s*"AWS"\s*:\s*(\[\s*)?"\*")/.test(text)
          ? [{ what: 'policy has the principal "*"', advice: "Name the roles that are to pull or push." }]
          : [];
      },
    },
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": anonymous,
    "gcp:artifactregistry/repositoryIamBinding:RepositoryIamBinding": anonymous,
  },
};
