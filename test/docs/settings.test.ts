import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { appSettings } from "../../infra/settings/app";
import { awsSettings } from "../../infra/settings/aws";
import { azureSettings } from "../../infra/settings/azure";
import { bootstrapAwsSettings } from "../../infra/settings/bootstrap-aws";
import { bootstrapAzureSettings } from "../../infra/settings/bootstrap-azure";
import { bootstrapGcpSettings } from "../../infra/settings/bootstrap-gcp";
import { gcpSettings } from "../../infra/settings/gcp";

test("docs/settings.md lists every setting, and none that does not exist", () => {
  const text = fs.readFileSync(path.join(__dirname, "../../docs/settings.md"), "utf8");
  const listed = [...text.matchAll(/^\| `([a-z-]+:\w+)` *\|/gm)].map((match) => match[1]);
  const schemas = [
    awsSettings,
    gcpSettings,
    azureSettings,
    appSettings,
    bootstrapAwsSettings,
    bootstrapAzureSettings,
    bootstrapGcpSettings,
  ];
  const known = schemas.flatMap((schema) => Object.keys(schema.shape));
  assert.deepEqual([...new Set(listed)].sort(), [...new Set(known)].sort());
});
