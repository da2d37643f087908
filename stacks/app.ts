import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { ImageRelease } from "../components/app/image";
import { type App, readApp } from "../infra/apps";
import { readBuildSecrets } from "../infra/build-secrets";
import { readCloudStack } from "../infra/cloud-reference";
import { type CloudName, cloudNames } from "../infra/clouds";
import { type AppCommit, outsideImage, readAppCommit, uncommittedFault } from "../infra/commit";
import { contractVersion } from "../infra/contract";
import { type ImageBase, imageBases } from "../infra/image-bases";
import { InputError } from "../infra/input-error";
import type { StackProgram } from "../infra/program";
import { type AppSettings, appSettings } from "../infra/settings/app";
import { repositoryRoot } from "../infra/repository-root";
import { readSettings } from "../infra/settings/read";
import { snapshot } from "../infra/snapshot";
import { imageTag } from "../infra/tag";

/** The image of one app, in the registries of the clouds that run it. Touches no cluster. */
export const program: StackProgram = async (identity) => {
  const settings = readSettings(appSettings, identity);
  const app = readApp(repositoryRoot, identity.program);
  const clouds = chooseClouds(app, settings, identity.stack);
  const commit = await readAppCommit(repositoryRoot, app.name);
  refuseUncommitted(app.name, commit);

  const context = await snapshot(repositoryRoot, app.name, commit, outsideImage);
  const bases = imageBases(
    fs.readFileSync(path.join(repositoryRoot, context, "Dockerfile"), "utf8"),
    settings["trinity:buildArguments"],
  );
  warnOfUnpinned(app.name, bases.all);

  const release = new ImageRelease(app.name, {
    app: app.name,
    context,
    repositories: Object.fromEntries(clouds.map((cloud) => [cloud, repositoryOf(app.name, identity.env, cloud)])),
    tag: chooseTag(settings, commit),
    commit: commit.commit,
    time: commit.time,
    platforms: settings["trinity:platforms"],
    builder: settings["trinity:builder"],
    buildArguments: settings["trinity:buildArguments"],
    buildSecrets: readBuildSecrets(repositoryRoot, settings["trinity:buildSecrets"]),
    source: settings["trinity:source"],
    base: bases.last,
  });
  return {
    version: contractVersion,
    app: app.name,
    tag: release.tag,
    digest: release.digest,
    images: release.images,
  };
};

/** The app's clouds, or those of them that the stack asks for, in one order whatever order the files have. */
function chooseClouds(app: App, settings: AppSettings, stack: string): CloudName[] {
  const wanted = settings["trinity:clouds"] ?? app.clouds;
  const foreign = wanted.filter((cloud) => !app.clouds.includes(cloud));
  if (foreign.length > 0) {
    throw new InputError(
      `stacks/Pulumi.${stack}.yaml: trinity:clouds names ${foreign.join(", ")}, but apps/${app.name}/app.yaml runs ` +
        `the app on ${app.clouds.join(", ")} only. Add the cloud there, or take it out here.`,
    );
  }
  return cloudNames.filter((cloud) => wanted.includes(cloud));
}

function chooseTag(settings: AppSettings, commit: AppCommit): string {
  const branch = settings["trinity:branch"] ?? commit.branch;
  if (settings["trinity:tagStyle"] === "branch" && branch === undefined) {
    throw new InputError(
      "trinity:tagStyle is branch, but no branch is checked out (detached HEAD). Check one out, or name it with " +
        "`pulumi config set trinity:branch <branch>`.",
    );
  }
  return imageTag({
    commit: commit.commit,
    time: commit.time,
    pullRequest: settings["trinity:pullRequest"],
    branch: settings["trinity:tagStyle"] === "branch" ? branch : undefined,
  });
}

/** A preview goes on with a warning: it builds nothing. */
function refuseUncommitted(app: string, commit: AppCommit): void {
  const fault = uncommittedFault(app, commit);
  if (fault === undefined) {
    return;
  }
  if (!pulumi.runtime.isDryRun()) {
    throw new InputError(fault);
  }
  void pulumi.log.warn(`${fault} \`pulumi up\` refuses to go on like this.`);
}

/** A tag may name another image tomorrow, and then the same commit gives another digest, which no immutable tag takes. */
function warnOfUnpinned(app: string, bases: readonly ImageBase[]): void {
  for (const { name } of bases.filter(({ digest }) => digest === undefined)) {
    void pulumi.log.warn(
      `apps/${app}/Dockerfile stands on ${name}, without a digest: the same commit gives another image when that ` +
        `moves. Append the digest, \`${name}@sha256:…\` (\`docker buildx imagetools inspect ${name}\` prints it), ` +
        `there or in trinity:buildArguments.`,
    );
  }
}

function repositoryOf(app: string, env: string, cloud: CloudName): pulumi.Output<string> {
  return readCloudStack(env, cloud).registry.apply(({ repositories }) => {
    const repository = repositories[app];
    if (repository === undefined) {
      throw new InputError(
        `Stack "${env}-${cloud}" has no repository for the app "${app}" (it has: ` +
          `${Object.keys(repositories).join(", ") || "none"}). Run \`pulumi up --stack ${env}-${cloud}\`, which makes ` +
          `one for every folder of apps/.`,
      );
    }
    return repository;
  });
}
