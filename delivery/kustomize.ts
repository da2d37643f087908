import { availableParallelism } from "node:os";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { loadAll } from "js-yaml";
import { InputError } from "../infra/input-error";
import { run, type RunResult } from "./process";
import { sideBySide } from "./side-by-side";

/** An overlay to render. */
export interface Overlay {
  /** Its kustomization.yaml, below the checkout's root. */
  readonly file: string;
  readonly app: string;
}

/** How many overlays one process renders: its start takes as long as five of them, and more than these slow each other. */
const most = 25;

/** Tells the objects of overlays that were rendered together apart. */
const mark = "trinity.delivery/overlay";

/**
 * Renders overlays with kustomize, as Argo CD will.
 *
 * @param kustomize the executable
 * @param folder the checkout's root; there is room in it for more
 * @returns the objects of each overlay, by its file
 * @throws InputError naming the overlay, and kustomize's own words
 */
export async function renderOverlays(
  kustomize: string,
  overlays: readonly Overlay[],
  folder: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const build: Build = (below) => run(kustomize, ["build", path.join(folder, below)], { signal });
  const rendered = await sideBySide(inBatches(overlays), availableParallelism(), async (batch) => {
    const together = batch.length > 1 ? await renderTogether(batch, folder, build) : undefined;
    // What goes wrong together is told of, or goes well, alone: overlays that share an object, for instance.
    return together ?? sideBySide(batch, 1, async (one) => [one.file, await renderOne(one, folder, build)] as const);
  });
  return new Map(rendered.flatMap((batch) => [...batch]));
}

/** Renders a folder below the checkout's root. */
type Build = (below: string) => Promise<RunResult>;

/** Overlays of different apps: those of one app hold the same objects, of which kustomize takes each but once. */
function inBatches(overlays: readonly Overlay[]): Overlay[][] {
  const places = grouped(overlays, ({ file, app }) => file.replace(`apps/${app}/`, ""));
  return [...places.values()].flatMap((same) =>
    Array.from({ length: Math.ceil(same.length / most) }, (_, index) => same.slice(index * most, (index + 1) * most)),
  );
}

async function renderOne({ file }: Overlay, folder: string, build: Build): Promise<unknown[]> {
  const { code, stdout, stderr } = await build(path.dirname(file));
  if (code !== 0) {
    const said = stderr.trim().replaceAll(folder + path.sep, "");
    throw new InputError(`${file} cannot be rendered, so Argo CD could not either: ${said}`);
  }
  return loadAll(stdout.toString("utf8"));
}

/** Renders overlays by one process: each within a kustomization that only marks its objects. @returns undefined for a fault */
async function renderTogether(
  overlays: readonly Overlay[],
  folder: string,
  build: Build,
): Promise<ReadonlyMap<string, readonly unknown[]> | undefined> {
  const all = path.basename(await fs.mkdtemp(path.join(folder, "together-")));
  const write = async (name: string, kustomization: object) => {
    const place = path.join(folder, all, name);
    await fs.mkdir(place, { recursive: true });
    await fs.writeFile(path.join(place, "kustomization.yaml"), JSON.stringify(kustomization));
  };
  const names = overlays.map((_, index) => String(index));
  await write(".", { resources: names });
  for (const [index, { file }] of overlays.entries()) {
    const resources = [path.join("../..", path.dirname(file))];
    await write(String(index), { resources, commonAnnotations: { [mark]: file } });
  }
  const { code, stdout } = await build(all);
  if (code !== 0) return undefined;
  const objects = grouped(loadAll(stdout.toString("utf8")), markOf);
  return new Map(overlays.map(({ file }) => [file, objects.get(file) ?? []]));
}

function markOf(object: unknown): string | undefined {
  const { metadata } = object as { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } };
  return metadata.annotations?.[mark];
}

function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
