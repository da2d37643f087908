import { provePull } from "../../clouds/prove-pull";
import { openWorld, worldExists } from "../../clouds/worlds";
import type { RegistryNode, RegistryRules } from "../../registry";

/**
 * What the simulated clouds say of their nodes' pulls, at the moment of each question; to be had beside what they say
 * of their repositories.
 *
 * @param folder where the simulated clouds keep what they hold
 */
export function nodePullRules(folder: string): Required<Pick<RegistryRules, "mayPull">> {
  return {
    mayPull: (node: RegistryNode, host: string, name: string) => {
      if (!worldExists(folder, node.cloud)) {
        return { allowed: false, identity: "nobody", missing: `cluster ${node.cluster}` };
      }
      const world = openWorld(folder, node.cloud);
      try {
        return provePull(world, node.cloud, node.cluster, `${host}/${name}`);
      } finally {
        world.close();
      }
    },
  };
}
