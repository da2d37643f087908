import * as fs from "node:fs";
import * as path from "node:path";
import { type CloudName, cloudNames } from "../../infra/clouds";
import { type Location, readCloudSettings } from "../settings";

/** A cloud's stack, whose cluster may run apps. */
export interface CloudStack {
  /** For instance `dev-aws`. */
  readonly name: string;
  readonly cloud: CloudName;
  /** What its Argo CD reads. */
  readonly location: Location;
}

/**
 * All clouds' stacks that the repository has settings of, by name. Not those of an app's `app.yaml` only: what an app runs
 * stays where it is when a cloud is taken out there.
 *
 * @param root the folder that holds `Pulumi.yaml`
 * @throws InputError for settings that cannot be read
 */
export function cloudStacks(root: string): CloudStack[] {
  const pattern = new RegExp(`^Pulumi\\.(?<env>[a-z][a-z0-9]*)-(?<cloud>${cloudNames.join("|")})\\.yaml$`);
  return fs
    .readdirSync(path.join(root, "stacks"))
    .sort()
    .flatMap((file) => {
      const { env = "", cloud: name } = pattern.exec(file)?.groups ?? {};
      const cloud = cloudNames.find((one) => one === name);
      if (cloud === undefined) return [];
      return [{ name: `${env}-${cloud}`, cloud, location: readCloudSettings(root, env, cloud).gitops }];
    });
}
