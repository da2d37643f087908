import type { AppOutputs, CloudReference } from "../../infra/contract";
import { provePull } from "../clouds/prove-pull";
import { openWorld } from "../clouds/worlds";
import { stackNames } from "./stacks";

/**
 * Proves that a cluster's nodes may pull an app's image: by the access data that the simulated cloud holds, and by
 * the digest that its registry serves.
 *
 * @param folder where the simulated clouds keep what they hold
 * @param servedDigest asks the real registry for the digest of a reference; undefined where it has none
 * @returns what grants the pull, in the cloud's terms
 * @throws Error naming the missing grant, or the registry that lacks the digest
 */
export async function proveNodePull(
  folder: string,
  cloud: CloudReference,
  app: AppOutputs,
  servedDigest: (reference: string) => Promise<string | undefined>,
): Promise<string> {
  const image = app.images[cloud.cloud];
  const repository = cloud.registry.repositories[app.app];
  if (image === undefined || repository === undefined || image !== `${repository}@${app.digest}`) {
    throw new Error(
      `${cloud.cloud}: the app stack released ${String(image)}, but the cloud stack's repository of "${app.app}" is ` +
        `${String(repository)}. Run \`pulumi up\` on both stacks.`,
    );
  }
  const served = await servedDigest(`${repository}:${app.tag}`);
  if (served !== app.digest) {
    throw new Error(
      `${cloud.cloud}: ${repository}:${app.tag} is ${served ?? "not in the registry"}, not ${app.digest}. ` +
        `\`npm run pulumi -- refresh -s ${stackNames.app(app.app)}\` and \`npm start\` push it again.`,
    );
  }
  const world = openWorld(folder, cloud.cloud);
  try {
    const decide = () => provePull(world, cloud.cloud, cloud.cluster.name, repository);
    let decision = decide();
    if (!decision.allowed && decision.inEffectAt !== undefined) {
      // As nodes do, which try again: a grant takes up to two minutes to come into effect.
      await world.until(decision.inEffectAt);
      decision = decide();
    }
    if (!decision.allowed) {
      throw new Error(
        `${cloud.cloud}: nodes of ${cloud.cluster.name} pull as ${decision.identity} and may not pull ${image}: ` +
          `missing ${decision.missing}. \`npm run pulumi -- refresh -s ${stackNames.cloud(cloud.cloud)}\` and \`npm start\` put it ` +
          `back, if it was taken away by hand.`,
      );
    }
    return `${decision.identity} by ${decision.grant}`;
  } finally {
    world.close();
  }
}
