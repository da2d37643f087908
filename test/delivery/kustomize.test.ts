import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { type Overlay, renderOverlays } from "../../delivery/kustomize";
import { testTools } from "../support/tools";

/** Overlays that are rendered several by one process come to what each comes to alone. */

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-test-"));
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Writes an overlay of one object. */
function write(app: string, cloud: string, object: object, namespace = app): Overlay {
  const file = `apps/${app}/deploy/overlays/dev/${cloud}/kustomization.yaml`;
  const overlay = path.join(folder, path.dirname(file));
  fs.mkdirSync(overlay, { recursive: true });
  fs.writeFileSync(path.join(overlay, "kustomization.yaml"), JSON.stringify({ namespace, resources: ["object.yaml"] }));
  fs.writeFileSync(path.join(overlay, "object.yaml"), JSON.stringify(object));
  return { app, file };
}

function config(name: string, value: string): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { value } };
}

async function render(overlays: readonly Overlay[]): Promise<[string, unknown[]][]> {
  const { kustomize } = await testTools();
  const rendered = await renderOverlays(kustomize, overlays, folder, new AbortController().signal);
  return [...rendered].map(([file, objects]) => [
    file.replace(/^apps\/|\/deploy|\/kustomization.yaml$/g, ""),
    objects.map((object) => (object as { readonly data?: { readonly value: string } }).data?.value),
  ]);
}

test("each overlay has its own objects, those of one app included", async () => {
  const overlays = ["one", "two"].flatMap((app) =>
    ["aws", "gcp"].map((cloud) => write(app, cloud, config("settings", `${app} on ${cloud}`))),
  );
  assert.deepEqual(
    new Map(await render(overlays)),
    new Map([
      ["one/overlays/dev/aws", ["one on aws"]],
      ["two/overlays/dev/aws", ["two on aws"]],
      ["one/overlays/dev/gcp", ["one on gcp"]],
      ["two/overlays/dev/gcp", ["two on gcp"]],
    ]),
  );
});

test("more overlays than one process renders are all there", async () => {
  const overlays = Array.from({ length: 30 }, (_, index) =>
    write(`app-${index}`, "aws", config("settings", `${index}`)),
  );
  const rendered = await render(overlays);
  assert.deepEqual(
    rendered.map(([, values]) => values),
    overlays.map((_, index) => [`${index}`]),
  );
});

test("overlays that share an object, which kustomize refuses together, are rendered", async () => {
  const overlays = ["one", "two"].map((app) => write(app, "aws", config("settings", app), "shared"));
  assert.deepEqual(
    (await render(overlays)).map(([, values]) => values),
    [["one"], ["two"]],
  );
});

test("of several overlays the one that cannot be rendered is named, without the folder that it was in", async () => {
  const well = write("well", "aws", config("settings", "well"));
  const broken = write("broken", "aws", { kind: "ConfigMap" });
  await assert.rejects(render([well, broken]), (error: Error) => {
    assert.match(error.message, /^apps\/broken\/deploy\/overlays\/dev\/aws\/kustomization\.yaml cannot be rendered/);
    assert.ok(!error.message.includes(folder));
    return true;
  });
});
