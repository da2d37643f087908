import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { tagged, untagged } from "../../policy/rules/tag-types";
import { repositoryRoot } from "../../rehearsal/paths";

/** The file of an SDK that declares a type: `aws:ec2/vpc:Vpc` is aws/ec2/vpc.d.ts, `azure-native:network:Subnet` network/subnet.d.ts. */
function declaration(type: string): string {
  const [pkg = "", module = "", name = ""] = type.split(":");
  const file = module.includes("/")
    ? module.replace("/iAM", "/iam")
    : `${module}/${name[0]?.toLowerCase() ?? ""}${name.slice(1)}`;
  const folder = path.join(repositoryRoot, "node_modules/@pulumi", pkg);
  const wanted = `${file}.d.ts`.toLowerCase();
  const [part = ""] = file.split("/");
  const found = fs.readdirSync(path.join(folder, part)).find((entry) => `${part}/${entry}`.toLowerCase() === wanted);
  return fs.readFileSync(path.join(folder, part, found ?? `${file}.d.ts`), "utf8");
}

/** Of what a program may give: the last interface of the file. */
function inputs(type: string): string {
  return declaration(type).split(/^export interface \w+Args /m)[1] ?? "";
}

describe("what takes tags, by the SDKs' own declarations", () => {
  for (const [type, [property = ""]] of Object.entries(tagged)) {
    test(`${type} takes ${property}`, () => {
      assert.match(inputs(type), new RegExp(`^    ${property}\\?: pulumi\\.Input<`, "m"));
    });
  }

  for (const type of untagged) {
    test(`${type} takes none`, () => {
      assert.notEqual(inputs(type), "", "its declaration was found");
      assert.doesNotMatch(inputs(type), /^ {4}(tags|labels|resourceLabels)\?: /m);
    });
  }
});
