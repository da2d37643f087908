import assert from "node:assert/strict";
import { test } from "node:test";
import "../../../infra/settings/aws";
import "../../../infra/settings/azure";
import "../../../infra/settings/bootstrap-aws";
import "../../../infra/settings/bootstrap-azure";
import "../../../infra/settings/bootstrap-gcp";
import "../../../infra/settings/gcp";

test("the settings, and the components' checks that they use, load no cloud's SDK", () => {
  const packages = Object.keys(require.cache).flatMap((file) => /@pulumi[\\/]([\w-]+)/.exec(file)?.[1] ?? []);
  assert.deepEqual([...new Set(packages)], ["pulumi"]);
});
