import path from "node:path";
import type { Fleet } from "./clusters";
import type { Scene, Story } from "./story";

/** The run for a person: what ran where at each moment, by what the pods say. */
export function renderStory({ scenes, painted, played, first, good, broken }: Story): string {
  const versions = Object.entries({ first, good, broken }).flatMap(([name, release]) =>
    release === undefined ? [] : [`  ${name.padEnd(8)}${release.tag}  ${release.digest}`],
  );
  const tiles = Object.entries(painted).map(([cloud, count]) => `${cloud} ${count}`);
  return [
    "The platform ran on real clusters, on simulated clouds.",
    "",
    "Released, one digest in every registry:",
    ...versions,
    ...scenes.flatMap(renderScene),
    "",
    played.length === 0
      ? `One picture was painted by all clouds: ${tiles.join(", ")} tiles.`
      : `Not shown, since pods were only played here: that images are pulled and run, the page, and failed analyses.\n` +
        played.map((why) => `  ${why}`).join("\n"),
    "",
  ].join("\n");
}

/** Where to look while everything is up. */
export function describeAddresses({ clusters, kubeconfigs }: Fleet, { pages }: Story): string {
  return clusters
    .flatMap(({ plane, argoCd }) => [
      plane.cloud,
      `  page        ${pages[plane.cloud] ?? "none"}`,
      `  Argo CD     ${argoCd?.server ?? "none"}`,
      `  kubeconfig  ${path.join(kubeconfigs, `${plane.cloud}.yaml`)}`,
    ])
    .map((line) => `${line}\n`)
    .join("");
}

function renderScene({ title, pods }: Scene): string[] {
  const rows = pods.map(({ cloud, node, name, ready, digest }) => [
    cloud,
    node,
    name,
    digest.slice(0, "sha256:".length + 12),
    ready ? "ready" : "not ready",
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return [
    "",
    title,
    ...rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd()),
  ];
}
