import type { AppOutputs } from "../infra/contract";
import type { CloudName } from "../infra/clouds";
import { InputError } from "../infra/input-error";
import type { Change, Proposal } from "./change";
import { type Images, entries } from "./image";
import { repositoryOf } from "./outputs";
import { type ProposeOptions, propose } from "./propose";
import { checkRegistries } from "./registry";
import { checkRepository, readCloudSettings } from "./settings";

/** What a release is made from. */
export interface ReleaseOptions extends Omit<ProposeOptions, "beforePush"> {
  readonly env: string;
  /** Outputs of the apps' stacks, checked against the contract; one app once. */
  readonly outputs: readonly AppOutputs[];
  /** Take the place of a newer build. */
  readonly allowOlder: boolean;
}

/**
 * Releases apps: proposes their tags and digests for one environment's overlays.
 *
 * @throws as {@link propose}; also when an image is in the wrong repository, or a registry does not have it
 */
export async function release(options: ReleaseOptions): Promise<Proposal[]> {
  const { root, env, outputs, allowOlder, signal } = options;
  const names = outputs.map(({ app }) => app);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new InputError(`App "${twice}" is given twice. Give the outputs of one build of each app.`);
  const changes = outputs.map<Change>((one) => ({
    kind: "release",
    app: one.app,
    env,
    images: imagesOf(root, env, one),
    allowOlder,
  }));
  // Asked while Git is read, as most of the time goes by waiting, and answered before anything is pushed.
  const registries = checkRegistries(
    changes.map(({ images }) => images),
    signal,
  );
  registries.catch(() => undefined);
  return propose(changes, { ...options, beforePush: () => registries });
}

function imagesOf(root: string, env: string, outputs: AppOutputs): Images {
  const { app, tag, digest } = outputs;
  const images: Images = Object.fromEntries(
    Object.entries(outputs.images).map(([cloud, image]) => [cloud, { repository: repositoryOf(image), tag, digest }]),
  );
  for (const [cloud, { repository }] of entries(images)) {
    checkImage(root, env, app, cloud, repository);
  }
  return images;
}

function checkImage(root: string, env: string, app: string, cloud: CloudName, repository: string): void {
  checkRepository(`images.${cloud} of app "${app}"`, repository, app, env, cloud, readCloudSettings(root, env, cloud));
}
