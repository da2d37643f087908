import { isMap, isScalar, isSeq, type Pair, parseDocument, type Scalar, type YAMLMap } from "yaml";
import type { CloudName } from "../infra/clouds";
import { InputError } from "../infra/input-error";
import type { Image } from "./image";

/** Where an app's overlay for one environment and cloud is, below the root of the repository that Argo CD reads. */
export function overlayFile(app: string, env: string, cloud: CloudName): string {
  return `apps/${app}/deploy/overlays/${env}/${cloud}/kustomization.yaml`;
}

/** Keys of an entry of `images:` (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/). */
const keys = { repository: "newName", tag: "newTag", digest: "digest" } as const;
const fields = Object.keys(keys) as (keyof typeof keys)[];

/**
 * The image that an overlay names; undefined before the first release.
 *
 * @throws InputError naming the file, and what of it is wrong
 */
export function readImage(file: string, text: string, app: string): Image | undefined {
  const entry = findEntry(file, text, app);
  const [repository, tag, digest] = fields.map((field) => valueOf(entry, keys[field]));
  if (!repository && !tag && !digest) return undefined;
  if (!repository || !tag || !digest) {
    throw new InputError(
      `${file}: the image "${app}" has some of newName, newTag and digest, but not all. Give it all three, or none ` +
        `if it was never released.`,
    );
  }
  return { repository, tag, digest };
}

/**
 * The overlay's text with another image in it. Only the three values change: comments, order, quotes and white space are
 * whoever wrote the file's. What is missing is added below the name.
 *
 * @throws InputError as {@link readImage}
 */
export function withImage(file: string, text: string, app: string, image: Image): string {
  const entry = findEntry(file, text, app);
  const edits = fields.flatMap((field) => editsOf(text, entry, keys[field], image[field]));
  const missing = fields.filter((field) => !entry.has(keys[field])).map((field) => `${keys[field]}: ${image[field]}`);
  if (missing.length > 0) edits.push(insertion(text, entry, missing));
  // From the end, so that the places of those before stay.
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce((result, { start, end, value }) => result.slice(0, start) + value + result.slice(end), text);
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

function editsOf(text: string, entry: YAMLMap, key: string, value: string): Edit[] {
  const pair = pairOf(entry, key);
  const node = pair?.value;
  if (!isScalar(node) || !node.range || node.value === value) return [];
  const [start, end] = node.range;
  if (start === end) {
    // `newTag:` without a value: directly behind the colon, before a comment.
    const colon = text.indexOf(":", (pair?.key as Scalar).range?.[1]) + 1;
    return [{ start: colon, end: colon, value: ` ${value}` }];
  }
  const quote = node.type === "QUOTE_DOUBLE" ? '"' : node.type === "QUOTE_SINGLE" ? "'" : "";
  return [{ start, end, value: quote + value + quote }];
}

function insertion(text: string, entry: YAMLMap, lines: readonly string[]): Edit {
  const name = pairOf(entry, "name");
  const [, end = 0] = (name?.value as Scalar).range ?? [];
  if (entry.flow) return { start: end, end, value: lines.map((line) => `, ${line}`).join("") };
  const start = (name?.key as Scalar).range?.[0] ?? 0;
  const indent = " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
  // Behind a comment that the line may end with.
  const newline = text.indexOf("\n", end);
  const at = newline === -1 ? text.length : newline - (text[newline - 1] === "\r" ? 1 : 0);
  const ending = text.includes("\r\n") ? "\r\n" : "\n";
  return { start: at, end: at, value: lines.map((line) => ending + indent + line).join("") };
}

function findEntry(file: string, text: string, app: string): YAMLMap {
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault !== undefined) {
    throw new InputError(
      `${file} is no valid YAML: ${fault.message.trim()}\nCorrect it, commit that, and run this again.`,
    );
  }
  const images = document.get("images");
  const entries = isSeq(images) ? images.items.filter((item) => isMap(item) && item.get("name") === app) : [];
  const [entry] = entries;
  if (entries.length !== 1 || !isMap(entry)) {
    throw new InputError(
      `${file}: \`images\` has ${entries.length} entries named "${app}", and must have one:\nimages:\n  - name: ${app}`,
    );
  }
  for (const key of Object.values(keys)) {
    const value = pairOf(entry, key)?.value;
    if (isScalar(value) && (value.type === "BLOCK_FOLDED" || value.type === "BLOCK_LITERAL")) {
      throw new InputError(`${file}: ${key} of the image "${app}" is written as a block; write it as plain text.`);
    }
  }
  return entry;
}

function pairOf(entry: YAMLMap, key: string): Pair | undefined {
  return entry.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

function valueOf(entry: YAMLMap, key: string): string {
  const value = entry.get(key);
  // A tag or digest that YAML takes for a number or a date is no tag of ours, but must not vanish.
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
}
