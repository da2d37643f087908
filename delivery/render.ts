import * as fs from "node:fs/promises";
import * as path from "node:path";
import { InputError } from "../infra/input-error";
import { type Image, reference } from "./image";
import { type Overlay, renderOverlays } from "./kustomize";
import { sideBySide } from "./side-by-side";
import { findTool } from "./tools";

/** An overlay, and the image that it must come to. */
export interface Expected extends Overlay {
  readonly image: Image;
}

/**
 * Renders overlays with kustomize, as Argo CD will, and checks the images that come out.
 *
 * @param files path to contents of everything that the overlays are made of; laid out in a temporary folder
 * @throws InputError naming the overlay, and kustomize's own words or the image that is wrong
 */
export async function checkRendered(
  files: ReadonlyMap<string, string>,
  expected: readonly Expected[],
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const folders = new Set([...files.keys()].map((file) => path.join(folder, path.dirname(file))));
  for (const one of folders) await fs.mkdir(one, { recursive: true });
  await sideBySide([...files], 32, ([file, contents]) => fs.writeFile(path.join(folder, file), contents));
  const rendered = await renderOverlays(findTool("kustomize"), expected, folder, signal);
  for (const overlay of expected) checkImages(overlay, rendered.get(overlay.file) ?? []);
}

function checkImages({ file, app, image }: Expected, documents: readonly unknown[]): void {
  const images = documents.flatMap(imagesOf);
  const wanted = reference(image);
  const own = images.filter((found) => found === app || found.startsWith(`${app}:`) || isOf(found, image.repository));
  const wrong =
    own.find((found) => found !== wanted) ?? images.find((found) => /(^[^:@]*|:latest)$/.test(lastPart(found)));
  if (wrong !== undefined) {
    throw new InputError(
      `${file} renders a container with the image "${wrong}"` +
        (own.includes(wrong) ? `, and should render "${wanted}".` : `, which may change at any time: name a tag.`),
    );
  }
  if (own.length === 0) {
    throw new InputError(
      `${file} renders no container with the image "${wanted}". The app's own container in deploy/base must have ` +
        `\`image: ${app}\`, which the overlay replaces.`,
    );
  }
}

function isOf(reference: string, repository: string): boolean {
  return reference === repository || [":", "@"].some((mark) => reference.startsWith(repository + mark));
}

/** Behind the last slash: a port of the registry's host is no tag. */
function lastPart(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

/** Images of all containers below a value, whatever kind of object they are in. */
function imagesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(imagesOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    /^(containers|initContainers|ephemeralContainers)$/.test(key) && Array.isArray(item)
      ? item.flatMap((container: { readonly image?: unknown }) =>
          typeof container.image === "string" ? [container.image] : [],
        )
      : imagesOf(item),
  );
}
