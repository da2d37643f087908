import { identityNames } from "../../infra/access/identities";
import { cloudNames } from "../../infra/clouds";
import type { Recorded } from "./record";
import { accessTables } from "./tables";

/**
 * Holds the tables to what was recorded: an action that a table grants since it was recorded has been, and one that was
 * recorded is granted.
 *
 * @returns one sentence for each fault
 */
export function compareAccess(recorded: Recorded, tables: typeof accessTables = accessTables): string[] {
  return cloudNames.flatMap((cloud) =>
    identityNames.flatMap((identity) => {
      const { work, cluster } = tables[cloud](identity);
      const all = [...work, ...cluster];
      const used = new Set(recorded[cloud][identity].map(bare));
      const granted = new Set(all.flatMap(({ actions }) => actions.map(bare)));
      const who = `${identity} in ${cloud}`;
      const unused = all
        .filter(({ because }) => because === "recorded")
        .flatMap(({ actions }) => actions.filter((action) => !used.has(bare(action))));
      return [
        ...[...new Set(unused)].map(
          (action) =>
            `${who} is granted ${action} because it was recorded, and it was not: say where it is documented, or take it away.`,
        ),
        ...[...used]
          .filter((action) => !granted.has(action))
          .map((action) => `${who} uses ${action}, which no table grants.`),
      ];
    }),
  );
}

/** Google writes some permissions with their service's host; Azure's have no case. */
function bare(action: string): string {
  return action.replace(/^([a-z]+)\.googleapis\.com\//, "$1.").toLowerCase();
}
