import assert from "node:assert/strict";
import { test } from "node:test";
import type { Image } from "../../delivery/image";
import { readImage, withImage } from "../../delivery/overlay";

const file = "apps/web/deploy/overlays/dev/aws/kustomization.yaml";
const image: Image = { repository: "host:5000/web", tag: `sha-${"a".repeat(40)}`, digest: `sha256:${"b".repeat(64)}` };

test("the first release adds three lines below the name, and nothing else changes", () => {
  const before = `# Top.\nkind:   Kustomization\nimages:\n    # Which one.\n    - name: web # the app\n\n    - name: other\n      newTag: "1"\nresources: [ ../../base,   x ]\n`;
  const after = withImage(file, before, "web", image);
  assert.equal(
    after,
    before.replace(
      "- name: web # the app\n",
      `- name: web # the app\n      newName: ${image.repository}\n      newTag: ${image.tag}\n      digest: ${image.digest}\n`,
    ),
  );
  assert.deepEqual(readImage(file, after, "web"), image);
});

test("a later release changes three values: comments, order, quotes and spaces stay", () => {
  const old = (newName: string, newTag: string, digest: string) =>
    `images:\n- digest:  ${digest}   # the truth\n  newTag: "${newTag}" # the label\n  newName: '${newName}'\n  name: web\n# end`;
  const before = old("host:5000/web", "sha-0", "sha256:0");
  assert.equal(withImage(file, before, "web", image), old(image.repository, image.tag, image.digest));
});

test("what is written twice is the same", () => {
  const once = withImage(file, "images:\n  - name: web\n", "web", image);
  assert.equal(withImage(file, once, "web", image), once);
});

for (const [what, before] of [
  ["empty values", "images:\n  - name: web\n    newName:\n    newTag: # none\n    digest: ''\n"],
  ["a flow mapping", "images: [{ name: web }]\n"],
  ["Windows line ends", "images:\r\n  - name: web\r\nresources:\r\n  - x\r\n"],
  ["no line end", "images:\n  - name: web"],
  ["the name last", "images:\n  - newTag: x\n    newName: y\n    digest: z\n    name: web\n"],
] as const) {
  test(`an entry with ${what} gets the image`, () => {
    const after = withImage(file, before, "web", image);
    assert.deepEqual(readImage(file, after, "web"), image);
    assert.equal(/[^\r]\n/.test(after), !before.includes("\r\n"), "line ends are of one kind");
  });
}

test("before the first release there is no image", () => {
  assert.equal(readImage(file, "images:\n  - name: web\n", "web"), undefined);
});

for (const [what, text, message] of [
  ["broken YAML", "images:\n  - name: web\n   newTag: x\n", /kustomization\.yaml is no valid YAML: .*line 3/s],
  ["no images", "resources: []\n", /`images` has 0 entries named "web"/],
  ["another app's entry only", "images:\n  - name: other\n", /0 entries named "web"/],
  ["two entries", "images:\n  - name: web\n  - name: web\n", /2 entries named "web"/],
  [
    "a folded tag",
    "images:\n  - name: web\n    newTag: >-\n      x\n",
    /newTag of .* is written as a block; write it as/,
  ],
  ["a literal digest", "images:\n  - name: web\n    digest: |\n      x\n", /digest of .* is written as a block/],
  ["a tag without a digest", "images:\n  - name: web\n    newTag: x\n", /some of newName, newTag and digest/],
] as const) {
  test(`an overlay with ${what} is refused by its name`, () => {
    assert.throws(() => readImage(file, text, "web"), message);
  });
}
