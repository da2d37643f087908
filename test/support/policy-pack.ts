import * as fs from "node:fs";
import path from "node:path";
import { dump } from "js-yaml";
import { policyPack } from "../../rehearsal/engine/policy";

/** Writes the policy pack with settings of its own into a folder. @returns the folder */
export function packWith(folder: string, settings: object): string {
  const write = (name: string, text: string) => {
    fs.writeFileSync(path.join(folder, name), text);
  };
  for (const name of ["PulumiPolicy.yaml", "package.json"]) {
    write(name, fs.readFileSync(path.join(policyPack, name), "utf8"));
  }
  write("settings.yaml", dump(settings));
  const [load, pack, file] = [
    path.join(policyPack, "load"),
    path.join(policyPack, "pack"),
    path.join(folder, "settings.yaml"),
  ].map((text) => JSON.stringify(text));
  write("index.js", `require(${load ?? ""});\nrequire(${pack ?? ""}).startPack(${file ?? ""});\n`);
  return folder;
}
