import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { type App, appSchema } from "../../infra/apps";
import type { CloudName } from "../../infra/clouds";
import { InputError } from "../../infra/input-error";
import { checkedName, type NameRule } from "../../infra/name-rules";
import { awsNames, azureNames, gcpNames } from "../../infra/names";
import { type CloudSettings, readCloudSettings } from "../settings";

/** Port of `/metrics` in what is written. */
const metricsPort = 9090;

const dnsLabelRule: NameRule = {
  what: "Azure DNS label",
  pattern: /^[a-z][a-z0-9-]*[a-z0-9]$/,
  minimum: 3,
  maximum: 63,
  words: "lower-case letters, digits and hyphens, beginning with a letter, ending with a letter or digit",
  source: "Azure resource name rules",
};

/**
 * Checks what a new app is to be: its form, that its folder is free, and that each of its environments and clouds has a
 * stack and takes its name.
 *
 * @param root the folder that holds `Pulumi.yaml`
 * @param wanted contents of the `app.yaml` to come
 * @throws InputError naming what is wrong, its value and the rule
 */
export function checkNewApp(root: string, wanted: unknown): App {
  const parsed = appSchema.safeParse(wanted);
  if (!parsed.success) throw new InputError(`This app cannot be:\n${z.prettifyError(parsed.error)}`);
  const app = parsed.data;
  if (fs.existsSync(path.join(root, "apps", app.name))) {
    throw new InputError(`There is an apps/${app.name} already. Choose another name, or remove that folder first.`);
  }
  // Below 1024 a port is for root alone unless the node says otherwise, and the image runs as 65532.
  if (app.port < 1024 || app.port === metricsPort) {
    throw new InputError(
      `The port is ${app.port}, must be 1024 to 65535 and not ${metricsPort}, which is the metrics'. Choose another --port.`,
    );
  }
  if (/\p{Cc}/u.test(app.owner)) {
    throw new InputError(
      `The owner is ${JSON.stringify(app.owner)}, must be one line of text. Choose another --owner.`,
    );
  }
  for (const env of app.environments) {
    for (const cloud of app.clouds) checkNames(app.name, env, cloud, readCloudSettings(root, env, cloud));
  }
  return app;
}

/**
 * First part of the address that Azure gives the app's load balancer in one environment.
 *
 * @throws NameError when it cannot be one
 */
export function dnsLabel(project: string, env: string, app: string): string {
  const madeOf = `trinity:project "${project}", env "${env}", app "${app}"`;
  return checkedName(dnsLabelRule, `${project}-${env}-${app}`, madeOf);
}

/** Names that the cloud's stack and its cluster will give to what is the app's. */
function checkNames(app: string, env: string, cloud: CloudName, { project, azureProject }: CloudSettings): void {
  const settings = { project, env, azureProject };
  switch (cloud) {
    case "aws":
      awsNames(settings).repository(app);
      return;
    case "gcp":
      gcpNames(settings).repository(app);
      return;
    case "azure":
      azureNames(settings).repository(app);
      dnsLabel(project, env, app);
  }
}
