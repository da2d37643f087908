import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { policyPack, type PolicyResult } from "../../rehearsal/engine/policy";
import { temporaryEngine } from "../support/engine";
import { packWith } from "../support/policy-pack";
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
    // What puts a stack in order before an up is given the same options: no other operation knows the flag.
    await engine.run("refresh", "dev-aws", { policyPack });
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
