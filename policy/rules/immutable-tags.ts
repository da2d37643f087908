import { type ResourceRule, says } from "../rule";
import { at, unknown } from "../value";

/**
 * A tag names the same image for ever. Azure's registries have no such setting: there, what pushes never moves a tag
 * (components/app/image.ts).
 */
export const immutableTags: ResourceRule = {
  name: "immutable-tags",
  demand: "A tag that exists keeps naming the same image.",
  checks: {
    "aws:ecr/repository:Repository": {
      source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
      faults: ({ properties }) => {
        const mutability = at(properties, "imageTagMutability");
        return mutability === "IMMUTABLE" || mutability === unknown
          ? []
          : [{ what: says("imageTagMutability", mutability), advice: "Set it to IMMUTABLE." }];
      },
    },
    "gcp:artifactregistry/repository:Repository": {
      source: "https://cloud.google.com/artifact-registry/docs/repositories/update-repo-settings",
      faults: ({ properties }) => {
        const immutable = at(properties, "dockerConfig", "immutableTags");
        const mode = at(properties, "mode") ?? "STANDARD_REPOSITORY";
        const takesPushes = at(properties, "format") === "DOCKER" && mode === "STANDARD_REPOSITORY";
        return !takesPushes || immutable === true || immutable === unknown
          ? []
          : [{ what: says("dockerConfig.immutableTags", immutable), advice: "Set it to true." }];
      },
    },
  },
};
