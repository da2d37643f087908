import * as fs from "node:fs";
import path from "node:path";
import type { CloudName } from "../../infra/clouds";
import { type CloudReference, readableOutputs } from "../../infra/contract";
import { type HomePaths } from "../paths";

/** The outputs that a cloud's stack left in its last `up`; undefined when it is not up. */
export function readCloudOutputs(paths: HomePaths, env: string, cloud: CloudName): CloudReference | undefined {
  const file = path.join(paths.outputs, `${env}-${cloud}.json`);
  return fs.existsSync(file) ? readableOutputs.parse(JSON.parse(fs.readFileSync(file, "utf8"))) : undefined;
}
