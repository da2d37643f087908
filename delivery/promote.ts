import type { CloudName } from "../infra/clouds";
import { InputError } from "../infra/input-error";
import type { Change, Proposal } from "./change";
import type { Image } from "./image";
import { askCloudOutputs } from "./outputs";
import { type ProposeOptions, propose } from "./propose";
import { copyImage } from "./registry";
import { checkRepository, readCloudSettings } from "./settings";
import { currentImage, readState } from "./state";

/** What is promoted. */
export interface PromoteOptions extends Omit<ProposeOptions, "beforePush"> {
  readonly app: string;
  /** Environment that has the build. */
  readonly from: string;
  /** Environment that is to get it. */
  readonly to: string;
  /** @default all that the app runs on */
  readonly clouds?: readonly CloudName[];
  /** Take the place of a newer build. */
  readonly allowOlder: boolean;
  /** Folder of files `<stack>.json` with the target stacks' outputs. @default ask Pulumi */
  readonly stackOutputs?: string;
}

/**
 * Promotes what one environment names to another: copies the image by its digest into that environment's registries, and
 * proposes it for its overlays.
 *
 * @throws as {@link propose}; also when the clouds name different builds, or a copy has another digest
 */
export async function promote(options: PromoteOptions): Promise<Proposal[]> {
  const { app, from, to, allowOlder, root, signal, report } = options;
  if (from === to) throw new InputError(`--from and --to are both "${from}". Name two environments.`);
  const states = await readState({ ...options, env: from, changes: 1 });
  const named = states.map((state) => ({ cloud: state.cloud, image: currentImage(state, app, from) }));
  if (new Set(named.map(({ image }) => `${image.tag}@${image.digest}`)).size > 1) {
    const list = named.map(({ cloud, image }) => `${cloud}: ${image.tag} ${image.digest}`).join("\n  ");
    throw new InputError(
      `The clouds of "${app}" in ${from} name different builds:\n  ${list}\nRelease one to all of them, or choose with --clouds.`,
    );
  }
  const copies = await Promise.all(
    named.map(async ({ cloud, image }) => ({
      cloud,
      image,
      target: { ...image, repository: await targetRepository(options, cloud) },
    })),
  );
  const change: Change = {
    kind: "promote",
    app,
    env: to,
    images: Object.fromEntries(copies.map(({ cloud, target }): [CloudName, Image] => [cloud, target])),
    allowOlder,
  };
  for (const { cloud, target } of copies) {
    checkRepository(
      `registry of ${to}-${cloud}`,
      target.repository,
      app,
      to,
      cloud,
      readCloudSettings(root, to, cloud),
    );
  }
  return propose([change], {
    ...options,
    beforePush: async () => {
      await Promise.all(copies.map(({ image, target }) => copyImage(image, target, signal)));
      report(
        `${app}: ${copies.length} registries of ${to} have ${change.images[copies[0]?.cloud ?? "aws"]?.digest ?? ""}.`,
      );
    },
  });
}

async function targetRepository(options: PromoteOptions, cloud: CloudName): Promise<string> {
  const { app, to, root, stackOutputs: folder, signal } = options;
  const { registry } = await askCloudOutputs(to, cloud, { root, folder, signal });
  const repository = registry.repositories[app];
  if (repository === undefined) {
    const known = Object.keys(registry.repositories).join(", ");
    throw new InputError(
      `Stack ${to}-${cloud} has no image repository for app "${app}" (it has some for: ${known}). Run ` +
        `\`pulumi up --stack ${to}-${cloud}\`, which makes one for each app of this repository.`,
    );
  }
  return repository;
}
