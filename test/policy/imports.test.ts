import assert from "node:assert/strict";
import { test } from "node:test";
import "../../policy/pack";

test("the policy pack loads no cloud's SDK, which would cost every preview a second", () => {
  const packages = Object.keys(require.cache).flatMap((file) => /@pulumi[\\/]([\w-]+)/.exec(file)?.[1] ?? []);
  assert.deepEqual([...new Set(packages)].sort(), ["policy", "pulumi"]);
});
