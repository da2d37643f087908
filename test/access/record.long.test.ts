import assert from "node:assert/strict";
import * as fs from "node:fs";
import { test } from "node:test";
import { accessDocument, formattedDocument, recordAfresh } from "../../rehearsal/access/afresh";
import { compareAccess } from "../../rehearsal/access/compare";

test("every identity does its work with what infra/access grants, which is what it uses or what is documented", async (context) => {
  const recorded = await recordAfresh(context.signal, (line) => {
    context.diagnostic(line);
  });
  assert.deepEqual(compareAccess(recorded), []);
  assert.equal(
    fs.readFileSync(accessDocument, "utf8"),
    await formattedDocument(recorded),
    "docs/access.md is not what `npm run access` writes",
  );
});
