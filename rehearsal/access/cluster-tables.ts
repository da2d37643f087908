import { previewRules } from "../../components/gitops/preview-rules";
import { rolloutRules } from "../../components/gitops/rollout-rules";
import type { AccessRules, Rule } from "../../components/gitops/rule";
import type { IdentityName } from "../../infra/access/identities";
import type { TableRow } from "./tables";

/** What the simulated API servers record: `<resources>/<verb>`. */
export function isOfCluster(action: string): boolean {
  return /^[a-z]+(\/[a-z]+)+$/.test(action);
}

const rollout = { source: "delivery/rollout, whose tests run under exactly these rules" } as const;

/** What an identity may do in every cluster, as the cloud stacks make it there. Deploy administers them; push is nobody. */
export function clusterRows(identity: IdentityName): readonly TableRow[] {
  switch (identity) {
    case "preview":
      return rows(previewRules("{root application}"), "recorded");
    case "rollout":
      return rows(rolloutRules, rollout);
    case "deploy":
    case "push":
      return [];
  }
}

function rows({ cluster, argoCd }: AccessRules, because: TableRow["because"]): TableRow[] {
  return [
    ...cluster.map((rule) => row(rule, "in the whole cluster", because)),
    ...argoCd.map((rule) => row(rule, "in Argo CD's namespace", because)),
  ];
}

function row({ apiGroups, resources, resourceNames, verbs }: Rule, place: string, because: TableRow["because"]) {
  const group = apiGroups.filter((name) => name !== "").join(", ");
  return {
    actions: resources.flatMap((resource) => verbs.map((verb) => `${resource}/${verb}`)),
    on: [resourceNames === undefined ? "all" : resourceNames.join(", "), group, place].filter(Boolean).join("; "),
    because,
  };
}
