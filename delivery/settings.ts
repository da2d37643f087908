import * as fs from "node:fs";
import * as path from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { type CloudName, cloudNames } from "../infra/clouds";
import { InputError } from "../infra/input-error";
import { awsNames, azureNames, gcpNames } from "../infra/names";
import { checkEnvironment } from "./app-manifest";

/** The branch that Argo CD of one cluster reads. */
export interface Location {
  /** Address of the Git repository. */
  readonly repository: string;
  /** Name of a branch, or `HEAD` for the default branch. */
  readonly revision: string;
}

/** What a release must know of a stack `<env>-<cloud>`: part of its settings file. */
export interface CloudSettings {
  readonly file: string;
  readonly gitops: Location;
  readonly project: string;
  readonly azureProject: string | undefined;
}

const stackFile = z.object({
  config: z.object({
    "trinity:gitops": z.object({
      // Git would take it for an option.
      repository: z
        .string()
        .regex(/^[^-]/, "the address of a Git repository, which does not begin with -")
        .regex(/^(?!https?:\/\/[^/]*@)/, "an address without a login, which would be in every message: use GH_TOKEN"),
      revision: z.string().min(1).default("HEAD"),
    }),
    "trinity:project": z.string().optional(),
    "trinity:azureProject": z.string().optional(),
  }),
});

const projectFile = z.object({
  config: z.object({ "trinity:project": z.union([z.string(), z.object({ default: z.string() })]) }),
});

/**
 * Reads `stacks/Pulumi.<env>-<cloud>.yaml`.
 *
 * @param root the folder that holds `Pulumi.yaml`
 * @throws InputError naming the file and what of it is wrong; as {@link checkEnvironment}
 */
export function readCloudSettings(root: string, env: string, cloud: CloudName): CloudSettings {
  checkEnvironment(env);
  const file = `stacks/Pulumi.${env}-${cloud}.yaml`;
  if (!fs.existsSync(path.join(root, file))) {
    const known = cloudNames.filter((name) => fs.existsSync(path.join(root, `stacks/Pulumi.${env}-${name}.yaml`)));
    throw new InputError(
      `${file} does not exist, so environment "${env}" has no cluster on ${cloud}. ` +
        (known.length > 0
          ? `It has one on ${known.join(", ")}: choose those clouds in app.yaml, or with --clouds.`
          : `Is the environment's name right?`),
    );
  }
  const { config } = read(root, file, stackFile);
  return {
    file,
    gitops: config["trinity:gitops"],
    project: config["trinity:project"] ?? defaultProject(root),
    azureProject: config["trinity:azureProject"],
  };
}

/**
 * Checks that an image repository is the app's own in that environment and cloud, by the platform's names.
 *
 * @param where what names the repository, for the error
 * @throws InputError naming the repository and what it should be
 */
export function checkRepository(
  where: string,
  repository: string,
  app: string,
  env: string,
  cloud: CloudName,
  settings: CloudSettings,
): void {
  const { project, azureProject } = settings;
  const names = { project, env, azureProject };
  const expected = {
    aws: () => ({
      ending: `/${awsNames(names).repository(app)}`,
      host: /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/,
    }),
    gcp: () => ({
      ending: `/${gcpNames(names).repository(app)}/${app}`,
      host: /^[a-z0-9-]+-docker\.pkg\.dev\/[a-z0-9.:-]+$/,
    }),
    azure: () => ({
      ending: `/${azureNames(names).repository(app)}`,
      host: new RegExp(`^${azureNames(names).registry}\\.azurecr\\.(io|cn|us)$`),
    }),
  }[cloud]();
  const host = repository.slice(0, -expected.ending.length);
  if (!repository.endsWith(expected.ending) || !expected.host.test(host)) {
    throw new InputError(
      `${where}: "${repository}" is not the image repository of app "${app}" in environment "${env}" on ${cloud}, whose ` +
        `address ends with "${expected.ending}" (infra/names.ts) on a host of that cloud. Is this the output of another ` +
        `app's or environment's stack?`,
    );
  }
}

function defaultProject(root: string): string {
  const project = read(root, "Pulumi.yaml", projectFile).config["trinity:project"];
  return typeof project === "string" ? project : project.default;
}

function read<Schema extends z.ZodType>(root: string, file: string, schema: Schema): z.infer<Schema> {
  let contents: unknown;
  try {
    contents = load(fs.readFileSync(path.join(root, file), "utf8"));
  } catch (error) {
    throw new InputError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = schema.safeParse(contents);
  if (!parsed.success) throw new InputError(`${file} is not valid:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
