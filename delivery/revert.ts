import type { CloudName } from "../infra/clouds";
import { InputError } from "../infra/input-error";
import type { Change, Proposal } from "./change";
import { type Image, entries, sameImage } from "./image";
import { type ProposeOptions, propose } from "./propose";
import { checkNotLost } from "./registry";
import { currentImage, type OverlayState, readState } from "./state";

/** What is taken back. */
export interface RevertOptions extends Omit<ProposeOptions, "beforePush"> {
  readonly app: string;
  readonly env: string;
  /** @default all that the app runs on */
  readonly clouds?: readonly CloudName[];
  /** Tag to go back to. @default what was there before the last release */
  readonly to?: string;
  /** Tags that are to go: where another one is, there is nothing to do. @default whatever is there */
  readonly bad?: readonly string[];
}

/** How many changes of an overlay are looked through. */
const depth = 200;

/**
 * Proposes to go back to what the overlays named before. Open pull requests for the same overlays are closed, since the
 * next merge decides what runs.
 *
 * @returns one proposal for each repository and build that is gone back to
 * @throws as {@link propose}; InputError when there is nothing to go back to, or it is not clear what is meant; RefusedError
 * when a registry has the image no more
 */
export async function revert(options: RevertOptions): Promise<Proposal[]> {
  const { app, env, clouds, to, bad } = options;
  const states = await readState({ ...options, changes: depth });
  const now = new Set(states.map(({ images }) => images[0]?.tag));
  if (now.size > 1 && [clouds, to, bad].every((choice) => choice === undefined)) {
    const list = states.map(({ cloud, images }) => `${cloud}: ${images[0]?.tag ?? "nothing"}`).join(", ");
    throw new InputError(
      `The clouds of "${app}" in ${env} run different builds (${list}). Say which to revert: --clouds, or --to.`,
    );
  }
  const changes = new Map<string, Change>();
  for (const state of states) {
    const current = currentImage(state, app, env);
    const image = bad === undefined || bad.includes(current.tag) ? target(state, options) : current;
    const { images, from } = changes.get(image.tag) ?? {};
    changes.set(image.tag, {
      kind: "revert",
      app,
      env,
      images: { ...images, [state.cloud]: image },
      from: { ...from, [state.cloud]: current },
      allowOlder: true,
    });
  }
  const all = [...changes.values()];
  const images = all.map((change) =>
    Object.fromEntries(entries(change.images).filter(([cloud, image]) => !sameImage(image, change.from?.[cloud]))),
  );
  return propose(all, { ...options, beforePush: () => checkNotLost(images, options) });
}

function target({ file, images }: OverlayState, { to, bad }: Pick<RevertOptions, "to" | "bad">): Image {
  const found = to === undefined ? previousImage(images, bad) : images.find(({ tag }) => tag === to);
  if (found === undefined) {
    const tags = [...new Set(images.map(({ tag }) => tag))].slice(0, 10).join(", ");
    throw new InputError(
      to === undefined
        ? `${file} had no other image before ${tags}, so there is nothing to go back to.`
        : `${file} never had the tag "${to}". It had, the newest first: ${tags}.`,
    );
  }
  return found;
}

/**
 * What an overlay named before its last release. What was taken back does not count: after a revert, another one goes
 * further back, and never to the build that the first one took away.
 *
 * @param images what the overlay named, the newest first
 * @param bad tags that are passed over
 */
export function previousImage(images: readonly Image[], bad: readonly string[] = []): Image | undefined {
  const releases: Image[] = [];
  for (const image of images.toReversed()) {
    const at = releases.findIndex(({ digest }) => digest === image.digest);
    if (at === -1) releases.push(image);
    else releases.length = at + 1;
  }
  return releases.slice(0, -1).findLast(({ tag }) => !bad.includes(tag));
}
