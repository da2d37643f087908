import type { ClusterStatus, FleetStatus, Unreached } from "./status";
import { shortVersion } from "./version";

/** One row: what a column says of a cluster. */
const columns: readonly [string, (status: ClusterStatus) => string][] = [
  ["cloud", ({ cloud }) => cloud],
  [
    "argo cd",
    ({ application }) => (application ? `${application.sync} ${application.revision?.slice(0, 7) ?? ""}` : "-"),
  ],
  ["health", ({ application }) => application?.health ?? "-"],
  ["rollout", ({ rollout }) => rollout?.phase ?? "-"],
  ["step", ({ rollout }) => (rollout?.step ? `${rollout.step.done}/${rollout.step.of}` : "-")],
  ["weight", ({ rollout }) => (rollout ? `${rollout.weight} %` : "-")],
  ["wanted", ({ rollout }) => (rollout ? shortVersion(rollout.desired) : "-")],
  ["running", ({ running }) => running.map((one) => `${one.ready}/${one.pods} ${shortVersion(one)}`).join(", ") || "-"],
  ["analysis", ({ analyses }) => [...new Set(analyses.map(({ phase }) => phase))].join(", ") || "-"],
  [
    "message",
    ({ application, rollout }) =>
      application === undefined && rollout === undefined
        ? "never released, or not synced yet"
        : [rollout?.message, application?.message].filter(Boolean).join("; ").replaceAll(/\s+/g, " "),
  ],
];

/** Renders a fleet's status: a row for each cloud. */
export function renderTable({ clouds }: FleetStatus): string {
  const rows = [columns.map(([name]) => name), ...clouds.map(cellsOf)];
  // A row that is one text, for a cluster that could not be asked, widens nothing.
  const whole = rows.filter((row) => row.length === columns.length);
  const widths = columns.map((_, at) => Math.max(...whole.map((row) => row[at]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function cellsOf(status: ClusterStatus | Unreached): string[] {
  return "error" in status ? [status.cloud, status.error] : columns.map(([, cell]) => cell(status));
}
