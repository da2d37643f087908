import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { copyImage } from "../../delivery/registry";
import { restoreEnvironment } from "./fixture";
import { digestOf } from "./platform";

/** Copies with a stand-in for crane, whose registry answers as the test says. */

const environment = { ...process.env };
const tag = `sha-${"1".repeat(40)}`;
const from = { repository: "dev.example.com/web", tag, digest: digestOf("web") };
const to = { ...from, repository: "prod.example.com/web" };
let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-test-"));
  process.env.PATH = `${folder}${path.delimiter}${environment.PATH ?? ""}`;
});

afterEach(() => {
  restoreEnvironment(environment);
  fs.rmSync(folder, { recursive: true });
});

/** @param answers what crane says to `digest`, one after the other; a digest, or a fault */
async function copy(...answers: readonly string[]): Promise<string[]> {
  const calls = path.join(folder, "calls");
  answers.forEach((answer, index) => {
    fs.writeFileSync(path.join(folder, `answer-${index}`), `${answer}\n`);
  });
  const script = `#!/bin/sh
cd "${folder}"
echo "$*" >> calls
[ "$1" = digest ] || exit 0
for answer in answer-*; do
  text=$(cat "$answer")
  rm "$answer"
  case "$text" in sha256:*) echo "$text"; exit 0 ;; *) echo "$text" >&2; exit 1 ;; esac
done
`;
  fs.writeFileSync(path.join(folder, "crane"), script, { mode: 0o755 });
  const copied = copyImage(from, to, new AbortController().signal);
  const fault = await copied.then(
    () => [],
    (error: unknown) => [(error as Error).message],
  );
  return [...fs.readFileSync(calls, "utf8").trim().split("\n"), ...fault];
}

const asked = `digest ${to.repository}:${tag}`;
const copied = `copy --no-clobber ${from.repository}@${from.digest} ${to.repository}:${tag}`;

for (const missing of [
  "Error: GET https://prod.example.com/v2/web/manifests/x: MANIFEST_UNKNOWN: manifest unknown",
  "Error: GET https://prod.example.com/v2/web/manifests/x: NAME_UNKNOWN: repository not found",
  "Error: GET https://prod.example.com/v2/web/manifests/x: unexpected status code 404 Not Found",
]) {
  test(`what the registry does not have is copied, and overwrites nothing: ${missing}`, async () => {
    assert.deepEqual(await copy(missing, to.digest), [asked, copied, asked]);
  });
}

test("what the registry has already is not copied", async () => {
  assert.deepEqual(await copy(to.digest), [asked]);
});

for (const fault of ["Error: GET https://prod.example.com/v2/: DENIED: no login", "Error: dial tcp: i/o timeout"]) {
  test(`where it cannot be told whether the tag is there, nothing is copied: ${fault}`, async () => {
    const [first, message, ...more] = await copy(fault);
    assert.deepEqual([first, more], [asked, []]);
    assert.match(
      message ?? "",
      /It cannot be told whether prod\.example\.com\/web:sha-1+ is there: .*nothing was promoted/s,
    );
  });
}

test("another digest of the tag is told, and stays", async () => {
  const [first, message, ...more] = await copy(digestOf("another"));
  assert.deepEqual([first, more], [asked, []]);
  assert.match(message ?? "", /A tag is never moved/);
});
