import { identities, type IdentityName, identityNames, type Place } from "../../infra/access/identities";
import { trustedSubjects } from "../../infra/access/subjects";
import { type CloudName, cloudNames } from "../../infra/clouds";
import { jobGitHub } from "./jobs";
import type { Recorded } from "./record";
import { accessTables, type TableRow } from "./tables";

const titles: Readonly<Record<CloudName, string>> = { aws: "AWS", gcp: "Google Cloud", azure: "Azure" };

/** `docs/access.md`: who may be what, and what that may do. */
export function renderAccess(recorded: Recorded): string {
  return [
    "# What CI may do",
    "",
    "Made by `npm run access` from the tables in `infra/access` and `components/gitops`, and from what the rehearsal saw used; a",
    "test holds it to both.",
    "Names in braces are the environment's own.",
    "",
    "_recorded_: seen used when the identity did its work in the simulated clouds, which refuse all that their own access data",
    "do not grant. Everything else says where the cloud, or its provider, documents that it is asked for.",
    "",
    "## Who may be what",
    "",
    "Subjects of tokens as the clouds compare them, whole, for the repository " +
      `\`${jobGitHub.owner}/${jobGitHub.name}\` and the environment \`dev\`; GitHub decides which of the two forms a repository has.`,
    "A pull request of a fork gets no token.",
    "",
    ...table(
      ["identity", "does", "whose jobs", "subjects"],
      identityNames.map((name) => [
        name,
        identities[name].does,
        identities[name].places("dev").map(describePlace).join("; "),
        trustedSubjects(jobGitHub, name, "dev")
          .map((subject) => `\`${subject}\``)
          .join("<br>"),
      ]),
    ),
    ...cloudNames.flatMap((cloud) => [
      "",
      `## ${titles[cloud]}`,
      ...identityNames.flatMap((identity) => section(cloud, identity, recorded[cloud][identity])),
    ]),
    "",
    "## In every cluster",
    "",
    "What Kubernetes' own roles give, which the cloud stack makes once `trinity:previewPrincipal` and `trinity:rolloutPrincipal`",
    "name the identities. _recorded_ is what the simulated API servers saw asked. Deploy administers the cluster; push is",
    "nobody there. No identity but deploy may read a Secret.",
    ...(["preview", "rollout"] as const).flatMap((identity) => [
      "",
      `### In every cluster: ${identity}`,
      "",
      ...grants(accessTables.aws(identity).cluster, new Set()),
    ]),
    "",
  ].join("\n");
}

function section(cloud: CloudName, identity: IdentityName, used: readonly string[]): string[] {
  const { work, state } = accessTables[cloud](identity);
  const seen = new Set(used);
  return [
    "",
    `### ${titles[cloud]}: ${identity}`,
    "",
    ...grants(work, seen),
    ...(state.length === 0
      ? []
      : ["", "Where the state is in a bucket of this cloud, beside that:", "", ...grants(state, seen)]),
  ];
}

function grants(rows: readonly TableRow[], seen: ReadonlySet<string>): string[] {
  return table(
    ["may", "on", "because"],
    rows.map(({ actions, on, because }) => [
      [...actions]
        .sort()
        .map((action) => `\`${action}\``)
        .join("<br>"),
      on.replaceAll("|", "\\|").replaceAll("*", "\\*"),
      because === "recorded"
        ? "_recorded_"
        : `${because.source.replaceAll("|", "\\|").replaceAll("*", "\\*")}${actions.every((action) => seen.has(action)) ? "; _recorded_ too" : ""}`,
    ]),
  );
}

function describePlace(place: Place): string {
  switch (place.kind) {
    case "environment":
      return `environment \`${place.name}\``;
    case "pull-request":
      return "pull requests";
    case "branch":
      return `branch \`${place.name}\``;
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
