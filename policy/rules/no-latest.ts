import { type Fault, type ResourceRule, says } from "../rule";
import { at, list, texts } from "../value";

const advice = "Name a version, so that the same commit gives the same thing tomorrow.";

/** Inputs that name a version, and may not say "whichever is newest". */
const versions: Readonly<Record<string, readonly (readonly (string | number)[])[]>> = {
  "aws:eks/cluster:Cluster": [["version"]],
  "aws:eks/addon:Addon": [["addonVersion"]],
  "aws:eks/nodeGroup:NodeGroup": [["version"], ["releaseVersion"], ["launchTemplate", "version"]],
  "gcp:container/cluster:Cluster": [["minMasterVersion"], ["nodeVersion"]],
  "gcp:container/nodePool:NodePool": [["version"]],
  "azure-native:containerservice:ManagedCluster": [["kubernetesVersion"]],
  "azure-native:containerservice:AgentPool": [["orchestratorVersion"]],
  "kubernetes:helm.sh/v3:Release": [["version"]],
};

const newest = /^(\$?latest|\$default|\*|-)$/i;

/** Nothing is named by what it happens to be today. */
export const noLatest: ResourceRule = {
  name: "no-latest",
  demand: "No image, chart or version is named latest.",
  checks: {
    "*": {
      source: "https://kubernetes.io/docs/concepts/configuration/overview/#container-images",
      faults: ({ type, properties }) => [
        ...(versions[type] ?? []).flatMap((path) => versionFaults(path.join("."), at(properties, ...path))),
        ...(type === "kubernetes:helm.sh/v3:Release" && at(properties, "version") === undefined
          ? [{ what: says("version", undefined), advice }]
          : []),
        ...(type.startsWith("kubernetes:") ? containerFaults(properties) : []),
        ...(type === "docker-build:index:Image" ? tagFaults(properties) : []),
      ],
    },
  },
};

function versionFaults(path: string, value: unknown): Fault[] {
  return typeof value === "string" && newest.test(value) ? [{ what: says(path, value), advice }] : [];
}

/** Every `image` of a container in an object, whatever its kind. */
function containerFaults(properties: Readonly<Record<string, unknown>>): Fault[] {
  return texts(properties)
    .filter(({ path, text }) => path.at(-1) === "image" && isLatest(text))
    .map(({ path, text }) => ({ what: says(path.join("."), text), advice }));
}

function tagFaults(properties: Readonly<Record<string, unknown>>): Fault[] {
  return list(at(properties, "tags"))
    .filter((tag): tag is string => typeof tag === "string" && isLatest(tag))
    .map((tag) => ({ what: says("tags", tag), advice }));
}

/** No tag means latest (distribution/reference, `TagNameOnly`); a digest is better than any tag. */
function isLatest(reference: string): boolean {
  const name = reference.split("/").at(-1) ?? "";
  return !name.includes("@") && (!name.includes(":") || name.endsWith(":latest"));
}
