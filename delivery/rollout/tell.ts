import type { FleetPromotion } from "./promote";
import type { FleetTakenBack, TakenBack } from "./take-back";
import { shortVersion } from "./version";

/** What came of promoting, for people: each cloud, and what to do next. */
export function describePromotion({ app, env, version, clouds }: FleetPromotion): string {
  const words = {
    healthy: `healthy with ${shortVersion(version)}`,
    already: `had ${shortVersion(version)} already`,
    paused: "paused at a further step",
    failed: "failed",
    waiting: "not promoted: it goes on with what it ran",
  };
  const lines = clouds.map(({ cloud, status, why }) => `${cloud}: ${words[status]}${why ? `: ${why}` : ""}\n`);
  const rollout = (what: string) => `npm run trinity -- rollout ${what} --app ${app} --env ${env}`;
  const failed = clouds.some(({ status }) => status === "failed");
  const left = clouds.some(({ status }) => status === "paused" || status === "waiting");
  const next = failed
    ? `The fleet stopped. Take the version back everywhere: ${rollout("abort")}\n` +
      `Or see to the cloud that failed, and go on: ${rollout("promote")}\n`
    : left
      ? `The next step, or cloud, is yours to let go on: ${rollout("promote")}\n`
      : "";
  return lines.join("") + next;
}

/** What came of taking a version back, for people. */
export function describeTakenBack(result: Omit<FleetTakenBack, "fault">, what: "abort" | "undo"): string {
  const { app, env, clouds, proposals } = result;
  const isKnown = clouds.some(({ status }) => status === "aborted" || (what === "undo" && status !== "unreached"));
  const isUnknown = !isKnown && clouds.some(({ status }) => status === "unreached");
  const words = {
    aborted: "given up; the version before takes all requests",
    stable: "nothing on its way, so left as it is",
    first: "its first version, so there is none to go back to",
    unreached: `NOT reached${isKnown ? "; Argo CD there applies the revert when it can" : ""}`,
  };
  // The revert is for all clouds, so one that was promoted already loses the version too.
  const bad = new Set(clouds.filter(({ status }) => what === "undo" || status === "aborted").map(({ tag }) => tag));
  const goesBack = ({ cloud, status, tag }: TakenBack) =>
    status === "stable" && bad.has(tag) && proposals.some((one) => one.clouds.includes(cloud));
  const lines = clouds.map((one) => {
    const { cloud, status, why } = one;
    const word = goesBack(one)
      ? "has it as its stable version, and goes back once Argo CD applies the revert"
      : words[status];
    return `${cloud}: ${word}${why ? `: ${why}` : ""}\n`;
  });
  const reverts = proposals.map(
    ({ status, tag, pullRequest, branch, repository }) =>
      `Git: ${status === "unchanged" ? "has it no more" : `back to ${tag}: ${status}`} ` +
      `${pullRequest?.url ?? `${repository}${branch === undefined ? "" : `, branch ${branch}`}`}\n`,
  );
  const unknown = isUnknown
    ? `No cluster says which version is to go, so Git is as it was. See to a cluster that was not reached and run this again,\n` +
      `or take back what Git names, without a look at the clusters: npm run trinity -- revert --app ${app} --env ${env}\n`
    : "";
  const nothing =
    what === "abort" && clouds.every(({ status }) => status === "stable" || status === "first")
      ? `Nothing to give up. To take back what is stable: npm run trinity -- rollout undo --app ${app} --env ${env}\n`
      : "";
  return lines.join("") + reverts.join("") + unknown + nothing;
}
