import type { CloudName } from "../../infra/clouds";
import { type CloudReference, readableOutputs } from "../../infra/contract";
import type { EngineHome } from "../engine/home";
import { readCheckpoint } from "../engine/state";

/**
 * The outputs that a cloud's stack gave out in its last `up`, whoever ran it; undefined when it is not up. From the
 * backend, since a command by hand writes no file of outputs.
 */
export function readCloudOutputs(home: EngineHome, env: string, cloud: CloudName): CloudReference | undefined {
  const resources = readCheckpoint(home, `${env}-${cloud}`).resources ?? [];
  const outputs = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  // A stack whose first update failed gives out nothing.
  return "version" in outputs ? readableOutputs.parse(outputs) : undefined;
}
