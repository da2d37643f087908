import { readReleasedApp } from "./app-manifest";
import { branchName, type Change, markOf, type Site, tagOf, titleOf } from "./change";
import { RefusedError } from "./failure";
import type { GitFile, Repository } from "./git/repository";
import type { Pull } from "./host/pull";
import { type Image, type Images, entries, sameImage } from "./image";
import { InputError } from "../infra/input-error";
import { compareBuilds, orderFault } from "./order";
import { overlayFile, readImage, withImage } from "./overlay";
import { checkTag } from "./tag";

/** An overlay with its new text. */
export interface ChangedOverlay {
  readonly path: string;
  readonly mode: string;
  readonly text: string;
  /** What it names now. */
  readonly image: Image;
}

/** A change worked out against a base branch. */
export interface Planned {
  readonly change: Change;
  readonly branch: string;
  readonly title: string;
  /** What the overlays name on the base. */
  readonly from: Images;
  /** The overlays that change; none when the base has it all. */
  readonly files: readonly ChangedOverlay[];
  /** Open pull requests whose place this one takes. */
  readonly supersedes: readonly Pull[];
}

/** What a change is worked out from. */
export interface Ground {
  readonly repository: Repository;
  /** Files of the base below the apps' folders. */
  readonly files: ReadonlyMap<string, GitFile>;
  /** Open pull requests of this command line. */
  readonly open: readonly Pull[];
}

/**
 * Works a change out: the overlays' new text, and everything that speaks against it.
 *
 * @throws InputError for what is wrong in the files; RefusedError for an older build
 */
export async function planChange({ whole, part }: Site["changes"][number], ground: Ground): Promise<Planned> {
  const { repository, files, open } = ground;
  const { app, env } = part;
  const where = `branch ${repository.branch} of ${repository.access.url}`;
  const manifest = readReleasedApp(app, files.get(`apps/${app}/app.yaml`)?.text, where);
  if (!manifest.environments.includes(env)) {
    throw new InputError(
      `App "${app}" has no environment "${env}": apps/${app}/app.yaml on ${where} names ${manifest.environments.join(", ")}.`,
    );
  }
  const foreign = entries(part.images).filter(([cloud]) => !manifest.clouds.includes(cloud));
  if (foreign.length > 0) {
    throw new InputError(
      `App "${app}" does not run on ${foreign.map(([cloud]) => cloud).join(", ")}: apps/${app}/app.yaml on ${where} names ` +
        `${manifest.clouds.join(", ")}.`,
    );
  }
  const overlays = entries(part.images).map(([cloud, image]) => {
    const path = overlayFile(app, env, cloud);
    const file = files.get(path);
    if (file === undefined) {
      throw new InputError(
        `There is no ${path} on ${where}, so ${cloud} would not learn of the release. Add it, as for the other clouds.`,
      );
    }
    return { cloud, path, file, image, current: readImage(path, file.text, app) };
  });
  for (const { cloud, path, image, current } of overlays) {
    const expected = part.from?.[cloud];
    if (part.from !== undefined && !sameImage(current, expected) && !sameImage(current, image)) {
      throw new RefusedError(
        `${path} was changed meanwhile (${current?.tag ?? "no image"}). Run the same command again.`,
      );
    }
    if (current === undefined || sameImage(current, image)) continue;
    if (current.repository !== image.repository) {
      throw new InputError(
        `${path} names the repository "${current.repository}", but the release is in "${image.repository}". If the ` +
          `registry has moved, change newName there in a commit of its own first.`,
      );
    }
    if (current.tag === image.tag) {
      throw new RefusedError(
        `${path} has tag ${current.tag} with ${current.digest}, but the release says ${image.digest}. A tag is never ` +
          `moved: build a new commit.`,
      );
    }
    await refuseOlder(repository, part, current.tag, `${path} on ${where}`);
  }
  const changed = overlays.filter(({ current, image }) => !sameImage(current, image));
  const branch = branchName(part, manifest, whole.images);
  return {
    change: part,
    branch,
    title: titleOf(part),
    from: Object.fromEntries(overlays.flatMap(({ cloud, current }) => (current ? [[cloud, current]] : []))),
    files: changed.map(({ path, file, image }) => ({
      path,
      mode: file.mode,
      text: edited(path, file.text, part, image),
      image,
    })),
    supersedes: changed.length === 0 ? [] : await supersededBy(repository, part, branch, open),
  };
}

/** Pull requests that a change takes the place of. @throws RefusedError when one of them is of a newer build */
async function supersededBy(
  repository: Repository,
  change: Change,
  branch: string,
  open: readonly Pull[],
): Promise<Pull[]> {
  const rivals = rivalsOf(change, branch, open);
  for (const rival of rivals) {
    await refuseOlder(repository, change, rival.mark?.tag ?? "", `pull request ${rival.url}`);
  }
  return rivals;
}

/** Open pull requests of the same app and environment that touch the same overlays. */
export function rivalsOf(change: Change, branch: string, open: readonly Pull[]): Pull[] {
  const { app, env, clouds } = markOf(change);
  return open.filter(
    (pull) =>
      pull.branch !== branch &&
      pull.mark?.app === app &&
      pull.mark.env === env &&
      pull.mark.clouds.some((cloud) => clouds.includes(cloud)),
  );
}

async function refuseOlder(repository: Repository, change: Change, other: string, where: string): Promise<void> {
  // A revert is meant to go back.
  if (change.allowOlder || change.kind === "revert") return;
  const fault = orderFault(await compareBuilds(repository, tagOf(change), other), tagOf(change), other);
  if (fault !== undefined) {
    throw new RefusedError(`${where}: ${fault}. Nothing was changed. Add --allow-older if you mean it.`);
  }
}

function edited(path: string, text: string, { app }: Change, image: Image): string {
  checkTag(image.tag, path);
  const result = withImage(path, text, app, image);
  if (!sameImage(readImage(path, result, app), image)) {
    throw new InputError(
      `${path}: newName, newTag and digest of "${app}" cannot be set, since one of them is no plain text (an alias or a ` +
        `list, for instance). Write them as text.`,
    );
  }
  return result;
}
