import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readStackName } from "../../infra/stack-name";

const apps = ["mandelbrot", "two-words"];

describe("stack names", () => {
  test("a cloud", () => {
    assert.deepEqual(readStackName("dev-aws", apps), { stack: "dev-aws", env: "dev", program: "aws" });
  });

  test("an app, also one with a hyphen in its name", () => {
    assert.equal(readStackName("prod-mandelbrot", apps).program, "mandelbrot");
    assert.equal(readStackName("prod-two-words", apps).program, "two-words");
  });

  test("an unknown program fails with the known stacks", () => {
    assert.throws(
      () => readStackName("dev-oracle", apps),
      /"dev-oracle" names the program "oracle".*dev-aws, dev-gcp, dev-azure, dev-bootstrap-aws, .*dev-mandelbrot, dev-two-words/s,
    );
  });

  for (const stack of ["aws", "-aws", "Dev-aws", "averylongenvironment-aws", "1dev-aws", ""]) {
    test(`"${stack}" has no environment`, () => {
      assert.throws(() => readStackName(stack, apps), /a stack is named <env>-<program>/);
    });
  }
});
