import * as fs from "node:fs";
import path from "node:path";
import { dump, load } from "js-yaml";
import { newApp } from "../../delivery/app/new";
import type { Image } from "../../delivery/image";
import { overlayFile, withImage } from "../../delivery/overlay";
import { type CloudName, cloudNames } from "../../infra/clouds";
import { awsNames, azureNames, gcpNames } from "../../infra/names";

/** How many apps a repository of many has. */
export const manyApps = 200;

/** Environments of every app, in the order in which a release reaches them. */
export const environments = ["dev", "stage", "prod"] as const;

/** What an overlay of an app that has been released names. */
export type Released = Pick<Image, "tag" | "digest">;

/** Names of apps of the repository: `app-001` and so on. */
export function appNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `app-${String(index + 1).padStart(3, "0")}`);
}

/** Writes apps as `trinity new app` does, on all clouds and in all environments, and then releases them by hand. */
export function writeApps(root: string, apps: readonly string[], released: Released): void {
  for (const name of apps) {
    newApp(root, { name, owner: "platform", port: 8080, clouds: cloudNames, environments, rollout: "canary" });
    for (const env of environments) {
      for (const cloud of cloudNames) writeImage(root, name, env, cloud, released);
    }
  }
}

/** Has an app's overlay name an image. */
export function writeImage(root: string, app: string, env: string, cloud: CloudName, released: Released): void {
  const name = overlayFile(app, env, cloud);
  const file = path.join(root, name);
  const image = { ...released, repository: imageRepository(app, env, cloud) };
  fs.writeFileSync(file, withImage(name, fs.readFileSync(file, "utf8"), app, image));
}

/** Writes the settings of every environment's cloud stacks: those of the first one, with another repository. */
export function writeSettings(root: string, repository: string): void {
  for (const cloud of cloudNames) {
    const file = (env: string) => path.join(root, `stacks/Pulumi.${env}-${cloud}.yaml`);
    const { config } = load(fs.readFileSync(file(environments[0]), "utf8")) as { readonly config: object };
    const settings = dump({ config: { ...config, "trinity:gitops": { repository } } });
    for (const env of environments) fs.writeFileSync(file(env), settings);
  }
}

/** Hosts of an environment's registries. */
export function registryHosts(env: string): Readonly<Record<CloudName, string>> {
  return {
    aws: "111122223333.dkr.ecr.us-east-1.amazonaws.com",
    gcp: "us-central1-docker.pkg.dev",
    azure: `${azureNames({ project, env }).registry}.azurecr.io`,
  };
}

/** Host and repository of an app's images. */
export function imageRepository(app: string, env: string, cloud: CloudName): string {
  const names = { project, env };
  const below = {
    aws: () => awsNames(names).repository(app),
    gcp: () => `trinity-k8s/${gcpNames(names).repository(app)}/${app}`,
    azure: () => azureNames(names).repository(app),
  };
  return `${registryHosts(env)[cloud]}/${below[cloud]()}`;
}

/** As Pulumi.yaml says. */
const project = "trinity";
