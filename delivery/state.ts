import { type CloudName, cloudNames } from "../infra/clouds";
import { InputError } from "../infra/input-error";
import { readReleasedApp } from "./app-manifest";
import { Repository } from "./git/repository";
import { accessTo } from "./host/address";
import type { Image } from "./image";
import { overlayFile, readImage } from "./overlay";
import type { Context } from "./propose";
import { type Location, readCloudSettings } from "./settings";

/** Which overlays are read. */
export interface StateOptions extends Context {
  readonly app: string;
  readonly env: string;
  /** @default all that the app runs on */
  readonly clouds?: readonly CloudName[];
  /** How many changes of an overlay are read; 1 is what it names now. */
  readonly changes: number;
}

/** What an overlay names, and did before. */
export interface OverlayState {
  readonly cloud: CloudName;
  readonly file: string;
  /** The newest first; what could not be read, or was before the first release, is left out. */
  readonly images: readonly Image[];
}

/**
 * Reads an app's overlays on the branches that Argo CD reads.
 *
 * @throws InputError when the app, the environment or an overlay does not exist, or the newest overlay cannot be read
 */
export async function readState(options: StateOptions): Promise<OverlayState[]> {
  const { root, env, clouds = cloudNames } = options;
  const places = new Map<string, CloudName[]>();
  for (const cloud of clouds) {
    const key = JSON.stringify(readCloudSettings(root, env, cloud).gitops);
    places.set(key, [...(places.get(key) ?? []), cloud]);
  }
  const states = await Promise.all(
    [...places].map(([key, here]) => readPlace(JSON.parse(key) as Location, here, options)),
  );
  return states.flat();
}

/** What an overlay names now. @throws InputError when it names nothing yet */
export function currentImage({ file, images: [image] }: OverlayState, app: string, env: string): Image {
  if (image === undefined) throw new InputError(`${file} names no image: "${app}" was never released to ${env}.`);
  return image;
}

async function readPlace(
  location: Location,
  here: readonly CloudName[],
  options: StateOptions,
): Promise<OverlayState[]> {
  const { root, app, env, clouds, changes, signal } = options;
  const repository = await Repository.open({ location, access: accessTo(location), clone: root, branches: [], signal });
  try {
    const [manifest] = await repository.contents([`${repository.base}:apps/${app}/app.yaml`]);
    const where = `branch ${repository.branch} of ${location.repository}`;
    const known = readReleasedApp(app, manifest, where);
    // A cloud that was asked for must be there; of all clouds only the app's own matter.
    const wanted = here.filter((cloud) => clouds !== undefined || known.clouds.includes(cloud));
    return await Promise.all(
      wanted.map(async (cloud) => {
        const file = overlayFile(app, env, cloud);
        const [newest, ...older] = await repository.history(file, changes);
        if (newest === undefined) throw new InputError(`There is no ${file} on ${where}.`);
        const images = [readImage(file, newest, app), ...older.map((text) => readOld(file, text, app))];
        return { cloud, file, images: images.filter((image) => image !== undefined) };
      }),
    );
  } finally {
    await repository.close();
  }
}

/** A broken file of long ago is no reason to fail: it was no release. */
function readOld(file: string, text: string | undefined, app: string): Image | undefined {
  try {
    return text === undefined ? undefined : readImage(file, text, app);
  } catch {
    return undefined;
  }
}
