import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EcrRegistry } from "../../../components/aws/registry";
import { find, listOf, runWithMocks, unparented, valueOf } from "../../support/mocks";
import { awsTables, tags } from "./tables";

const args = {
  region: "us-east-1",
  repositories: { mandelbrot: "trinity-dev-aws-mandelbrot" },
  deleteImages: false,
  tags,
};

describe("EcrRegistry", () => {
  test("declares a repository and its lifecycle policy for each app, all below itself", async () => {
    const { resources } = await runWithMocks(awsTables, () => new EcrRegistry("r", args));
    assert.deepEqual(listOf(resources), [
      "aws:ecr/lifecyclePolicy:LifecyclePolicy r-mandelbrot-lifecycle",
      "aws:ecr/repository:Repository r-mandelbrot",
      "trinity:aws:EcrRegistry r",
    ]);
    assert.deepEqual(unparented(resources), ["r"]);
  });

  test("keeps tags, scans, encrypts and does not throw images away", async () => {
    const { resources } = await runWithMocks(awsTables, () => new EcrRegistry("r", args));
    assert.deepEqual(find(resources, "r-mandelbrot").inputs, {
      name: "trinity-dev-aws-mandelbrot",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "KMS" }],
      forceDelete: false,
      tags,
    });
  });

  test("hands out host and repositories", async () => {
    const { result } = await runWithMocks(awsTables, () => new EcrRegistry("r", args));
    const host = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
    assert.equal(await valueOf(result.host), host);
    assert.deepEqual(await valueOf(result.repositories), { mandelbrot: `${host}/trinity-dev-aws-mandelbrot` });
  });

  test("knows its host without any app", async () => {
    const { result } = await runWithMocks(awsTables, () => new EcrRegistry("r", { ...args, repositories: {} }));
    assert.equal(await valueOf(result.host), "123456789012.dkr.ecr.us-east-1.amazonaws.com");
    assert.deepEqual(await valueOf(result.repositories), {});
  });
});
