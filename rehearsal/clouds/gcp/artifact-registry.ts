import { z } from "zod";
import { defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { googleErrors, locationOf, projectOf } from "./context";
import { labels, project } from "./schemas";

export const repositoryType = "gcp:artifactregistry/repository:Repository";

const schema = z.strictObject({
  // The provider does not look at its form: a wrong one fails at the update only.
  repositoryId: z.string(),
  project: project.optional(),
  location: z.string().optional(),
  format: z.string(),
  description: z.string().optional(),
  labels: labels.optional(),
  mode: z.enum(["STANDARD_REPOSITORY", "VIRTUAL_REPOSITORY", "REMOTE_REPOSITORY"]).optional(),
  dockerConfig: z.strictObject({ immutableTags: z.boolean().optional() }).optional(),
});

/** Artifact Registry API, repositories.format. */
const formats = ["DOCKER", "MAVEN", "NPM", "APT", "YUM", "PYTHON", "GO", "KFP", "GENERIC", "RUBY"];

export const repository = defineResource({
  type: repositoryType,
  source: "terraform-provider-google artifactregistry/resource_artifact_registry_repository.go; Artifact Registry API",
  inputs: schema,
  immutable: ["repositoryId", "project", "location", "format", "mode"],
  computed: ["name", "registryUri", "createTime", "updateTime", "project", "location"],
  identity: (inputs, context) => repositoryId(projectOf(inputs, context), locationOf(inputs, context), inputs),
  taken: googleErrors.alreadyExists,
  // Observed 5 to 14 s in public apply logs. A repository goes with the images in it.
  seconds: { create: 10, delete: 1 },
  permissions: {
    create: "artifactregistry.repositories.create",
    update: "artifactregistry.repositories.update",
    delete: "artifactregistry.repositories.delete",
    read: "artifactregistry.repositories.get",
  },
  verify: (inputs) => {
    const fault = faultOf(inputs);
    if (fault !== undefined) {
      throw new CloudError(googleErrors.badRequest, fault);
    }
  },
  create: (inputs, context) => {
    const [owner, location] = [projectOf(inputs, context), locationOf(inputs, context)];
    return {
      id: repositoryId(owner, location, inputs),
      outputs: {
        name: inputs.repositoryId,
        registryUri: `${location}-${inputs.format.toLowerCase()}.pkg.dev/${owner}/${inputs.repositoryId}`,
        createTime: "2026-01-01T00:00:00Z",
        updateTime: "2026-01-01T00:00:00Z",
        project: owner,
        location,
      },
    };
  },
});

/** Id of a repository, as the provider writes it. */
export function repositoryId(
  owner: string,
  location: string,
  { repositoryId: name }: { readonly repositoryId: string },
): string {
  return `projects/${owner}/locations/${location}/repositories/${name}`;
}

function faultOf(inputs: z.output<typeof schema>): string | undefined {
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])$/.test(inputs.repositoryId)) {
    // GoogleCloudPlatform/cluster-toolkit#6303
    return `repository_id ${inputs.repositoryId} must match ^[a-z]([-a-z0-9]*[a-z0-9])?$ with 2 to 63 characters`;
  }
  if (!formats.includes(inputs.format)) {
    return `unsupported repository format ${inputs.format}`;
  }
  return undefined;
}
