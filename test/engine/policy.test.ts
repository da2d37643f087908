import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { dump } from "js-yaml";
import { policyPack, type PolicyResult } from "../../rehearsal/engine/policy";
import { temporaryEngine } from "../support/engine";
import { temporaryFolder } from "../support/simulation";

describe("the policy pack on the real engine", () => {
  test("as checked in: a preview of dev-aws keeps every mandatory rule, and is told the advisory ones", async (context) => {
    const engine = await temporaryEngine(context);
    const said: PolicyResult[] = [];
    const onPolicy = (result: PolicyResult) => said.push(result);
    assert.deepEqual(Object.keys(await engine.run("preview", "dev-aws", { policyPack, onPolicy })), ["create"]);
    assert.deepEqual(
      said.map(({ level, rule }) => `${level} ${rule}`),
      ["advisory api-server-allow-list"],
    );
    assert.match(said[0]?.urn ?? "", /aws:eks\/cluster:Cluster::/);
    assert.match(
      said[0]?.message ?? "",
      /vpcConfig\.publicAccessCidrs is \["0\.0\.0\.0\/0"\]\. Set trinity:apiServerCidrs in stacks\/Pulumi\.dev-aws\.yaml/,
    );
  });

  test("a mandatory rule fails a preview, an exemption excuses, and one that has ended does not", async (context) => {
    const engine = await temporaryEngine(context);
    const exemption = { resource: "urn:pulumi:dev-aws::*", reason: "Made for a test of the policy pack." };
    const pack = packWith(temporaryFolder(context), {
      levels: {},
      ceilings: { "dev-aws": 1000 },
      exemptions: [
        { ...exemption, rule: "deletion-protection", until: "2999-12-31" },
        { ...exemption, rule: "api-server-allow-list", until: "2026-01-01" },
      ],
    });
    const said: PolicyResult[] = [];
    await assert.rejects(
      engine.run("preview", "dev-aws", { policyPack: pack, onPolicy: (result) => said.push(result) }),
      /publicAccessCidrs is \["0\.0\.0\.0\/0"\].* The exemption until 2026-01-01 has ended; it said: Made for a test/s,
    );
    assert.deepEqual(
      said.map(({ level, rule }) => `${level} ${rule}`),
      ["mandatory api-server-allow-list"],
    );
  });
});

/** The pack with settings of its own. */
function packWith(folder: string, settings: object): string {
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
