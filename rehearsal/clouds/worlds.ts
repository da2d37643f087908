import * as fs from "node:fs";
import path from "node:path";
import type { CloudName } from "../../infra/clouds";
import { cloudNames } from "../../infra/clouds";
import { World } from "./kernel/world";

/** Opens the world of one cloud; makes it if need be. @param scale of a new world, see {@link World} */
export function openWorld(folder: string, cloud: CloudName, scale?: number): World {
  return new World(folder, cloud, scale);
}

/** Whether a cloud was ever begun, empty though it may be by now. */
export function worldExists(folder: string, cloud: CloudName): boolean {
  return fs.existsSync(path.join(folder, `${cloud}.sqlite`));
}

/** Opens the worlds that exist. The caller closes them. */
export function openWorlds(folder: string): World[] {
  return cloudNames.filter((cloud) => worldExists(folder, cloud)).map((cloud) => openWorld(folder, cloud));
}

/** What the worlds of some clouds hold, for instance `aws: aws:ec2/vpc:Vpc vpc-1`. Makes no world. */
export function worldContents(folder: string, clouds: readonly CloudName[]): string[] {
  return openWorlds(folder).flatMap((world) => {
    const records = clouds.some((cloud) => cloud === world.name) ? world.list() : [];
    world.close();
    return records.map((record) => `${world.name}: ${record.type} ${record.id}`);
  });
}
