import * as fs from "node:fs";
import * as path from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { cloudNames } from "./clouds";
import { environmentPattern } from "./environment";
import { InputError } from "./input-error";
import { repositoryRoot } from "./repository-root";

/**
 * What no app may be called: its stack would be a cloud's, or its namespace, Argo CD project or Application one of the
 * platform's own (gitops/), or of Kubernetes itself, which keeps `kube-` for itself ("Namespaces", Kubernetes documentation).
 */
const reservedNames: readonly string[] = [
  ...cloudNames,
  ...cloudNames.map((cloud) => `bootstrap-${cloud}`),
  ...["add-ons", "apps", "argo-rollouts", "argocd", "default", "prometheus", "root", "tenants"],
];

/** What YAML, or kustomize's older one, takes for another thing than a text: overlays and manifests name the app as it is. */
const notTexts: readonly string[] = ["null", "true", "false", "yes", "no", "on", "off"];

/** Shape of `apps/<app>/app.yaml`: what the platform must know about an app. */
export const appSchema = z.strictObject({
  /** The folder's name. Lower-case RFC 1123 label, since it becomes a namespace and an image name. */
  name: z
    .string()
    .min(2)
    .max(40)
    .regex(/^[a-z]([a-z0-9-]*[a-z0-9])$/, "lower-case letters, digits and hyphens, beginning with a letter")
    .refine(
      (name) => !reservedNames.includes(name) && !name.startsWith("kube-"),
      `none of the platform's own names (${reservedNames.join(", ")}), nor one that begins with kube-`,
    )
    .refine(
      (name) => !notTexts.includes(name),
      `none of the words that YAML has for other things (${notTexts.join(", ")})`,
    ),
  /** Team or person answering for the app. */
  owner: z.string().min(1),
  /** Port that the container listens on. */
  port: z.int().min(1).max(65535),
  /** Clouds that run the app. */
  clouds: z
    .array(z.enum(cloudNames))
    .min(1)
    .refine((clouds) => new Set(clouds).size === clouds.length, "each cloud once"),
  /** Environments that run the app, in the order in which a release reaches them. */
  environments: z
    .array(z.string().regex(environmentPattern, "1 to 10 lower-case letters and digits, beginning with a letter"))
    .min(1)
    .refine((environments) => new Set(environments).size === environments.length, "each environment once"),
  /** How a new version takes the old one's place; `deploy/base/rollout.yaml` says the steps. */
  rollout: z.enum(["canary", "blue-green"]),
});

export type App = z.infer<typeof appSchema>;

/**
 * The apps of this repository: every folder of `apps/` that holds an `app.yaml`, in order of name.
 *
 * @throws InputError naming the file, the key, the value's fault and what to do
 */
export function findApps(root: string = repositoryRoot): App[] {
  return appFolders(root).map((folder) => readApp(root, folder));
}

/** Names of the app folders, without reading what is in them. */
export function appFolders(root: string = repositoryRoot): string[] {
  const folder = path.join(root, "apps");
  if (!fs.existsSync(folder)) {
    return [];
  }
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && fs.existsSync(path.join(folder, entry.name, "app.yaml")))
    .map((entry) => entry.name)
    .sort();
}

/** Reads and checks one `app.yaml`. @throws InputError as {@link findApps} */
export function readApp(root: string, folder: string): App {
  const file = path.join("apps", folder, "app.yaml");
  const parsed = appSchema.safeParse(load(fs.readFileSync(path.join(root, file), "utf8")));
  if (!parsed.success) {
    throw new InputError(`${file} is not valid:\n${z.prettifyError(parsed.error)}`);
  }
  if (parsed.data.name !== folder) {
    throw new InputError(`${file}: name is "${parsed.data.name}", but the folder is "${folder}". Give both one name.`);
  }
  return parsed.data;
}
