import { markOf, type Proposal, tagOf } from "./change";
import { type Committed, makeCommits } from "./git/commit";
import { pushBranches } from "./git/push";
import { type GitHubAddress, gitHubAddress } from "./host/address";
import { describePull, type Pull, type PullRequests } from "./host/pull";
import { entries } from "./image";
import { compareBuilds } from "./order";
import { type Planned, rivalsOf } from "./plan";
import type { Prepared, ProposeOptions } from "./propose";
import { settle } from "./settle";
import { sideBySide } from "./side-by-side";
import { parseTag } from "./tag";

/** What came of one attempt. */
export interface Published {
  readonly done: Proposal[];
  /** Changes that others were faster with, and the pull request if it is open already. */
  readonly again: { readonly planned: Planned; readonly pull: Pull | undefined }[];
}

/** A change whose branch is on the remote. */
interface Branched {
  readonly planned: Planned;
  readonly commit: string;
  readonly base: Proposal;
}

/** Commits, pushes, and opens or updates pull requests. */
export async function publish(prepared: Prepared, options: ProposeOptions): Promise<Published> {
  const { repository, pullRequests, planned } = prepared;
  const published: Published = { done: [], again: [] };
  const changing = planned.filter(({ files }) => files.length > 0);
  for (const plan of planned.filter(({ files }) => files.length === 0)) {
    options.report(`${plan.change.app}: ${repository.branch} has ${tagOf(plan.change)} in ${plan.change.env} already.`);
    published.done.push({ ...describe(prepared, plan), status: "unchanged" });
  }
  const commits = await makeCommits(
    repository,
    options.root,
    changing.map(({ branch, title, files }) => ({ branch, message: `${title}\n`, files })),
  );
  const branched = await push(prepared, changing, commits, published, options);
  if (pullRequests === undefined) {
    for (const { planned: plan, base } of branched) {
      options.report(
        `${plan.change.app}: ${base.repository} has the branch ${plan.branch}. Open a pull request from it to ${base.base}.`,
      );
      published.done.push({ ...base, status: "pushed" });
    }
    return published;
  }
  await request(prepared, pullRequests, branched, published, options);
  return published;
}

/** What is known of a change before anything comes of it. */
export function describe({ repository, site }: Prepared, { change }: Planned): Omit<Proposal, "status"> {
  const [first] = entries(change.images);
  return {
    kind: change.kind,
    app: change.app,
    env: change.env,
    clouds: markOf(change).clouds,
    tag: tagOf(change),
    digest: first?.[1].digest ?? "",
    repository: site.location.repository,
    base: repository.branch,
  };
}

async function push(
  prepared: Prepared,
  changing: readonly Planned[],
  commits: readonly Committed[],
  published: Published,
  { report }: ProposeOptions,
): Promise<Branched[]> {
  const all = changing.map((planned, index) => ({ planned, ...(commits[index] ?? { commit: "", before: undefined }) }));
  const pushes = all.filter(({ commit, before }) => commit !== before);
  const outcomes = await pushBranches(
    prepared.repository,
    pushes.map(({ planned: { branch }, commit, before }) => ({ branch, commit, before })),
  );
  return all.flatMap(({ planned, commit }) => {
    const { branch, change } = planned;
    const outcome = outcomes.get(branch) ?? { kind: "done" };
    const base: Proposal = { ...describe(prepared, planned), status: "pushed", branch, commit };
    switch (outcome.kind) {
      case "done":
        return [{ planned, commit, base }];
      case "overtaken":
        published.again.push({ planned, pull: undefined });
        return [];
      case "refused":
        report(`${change.app}: ${base.repository} refused ${branch}: ${outcome.why}`);
        published.done.push({ ...base, status: "refused", why: outcome.why });
        return [];
    }
  });
}

/** Opens or updates the pull requests, settles which of several of one app stays, and merges if asked to. */
async function request(
  prepared: Prepared,
  pullRequests: PullRequests,
  branched: readonly Branched[],
  published: Published,
  options: ProposeOptions,
): Promise<void> {
  const { report } = options;
  const opened = await sideBySide(branched, 8, async (one) => {
    const pull = await openOne(prepared, pullRequests, one, options);
    return { ...one, pull };
  });
  // Listed again: releases that ran at the same time have opened theirs by now, or will find these.
  const open = branched.length === 0 ? [] : await pullRequests.open();
  await sideBySide(opened, 8, async ({ planned, commit, base, pull }) => {
    const { app } = planned.change;
    const result: Proposal = { ...base, pullRequest: { number: pull.number, url: pull.url } };
    const { change, branch, supersedes } = planned;
    const own = { number: pull.number, mark: markOf(change) };
    const rivals = rivalsOf(change, branch, open);
    const { to, older } = await settle(own, rivals, supersedes, (build, other) =>
      compareBuilds(prepared.repository, build, other),
    );
    if (to !== undefined) {
      await pullRequests.supersede(pull, `Superseded by #${to.number}.`);
      const why = `${to.url} was opened at the same time, and takes the place of this one.`;
      report(`${app}: closed ${pull.url}: ${why}`);
      published.done.push({ ...result, status: "superseded", why });
      return;
    }
    for (const rival of older) {
      await pullRequests.supersede(rival, `Superseded by #${pull.number}.`);
      report(`${app}: closed ${rival.url}, which this one takes the place of.`);
    }
    if (rivals.length > 0 && (await pullRequests.isClosed(pull))) {
      const why = `${pull.url} was closed by somebody else at the same time. Run the same command again if it is to stay.`;
      report(`${app}: ${why}`);
      published.done.push({ ...result, status: "superseded", why });
      return;
    }
    const merge = options.autoMerge ? await pullRequests.merge(pull, commit) : "open";
    if (merge === "conflict") {
      published.again.push({ planned, pull });
      return;
    }
    if (merge !== "open") report(`${app}: ${pull.url} ${merge === "merged" ? "is merged" : "will merge by itself"}.`);
    published.done.push({ ...result, status: merge, superseded: older.map(({ number }) => number) });
  });
}

async function openOne(
  prepared: Prepared,
  pullRequests: PullRequests,
  { planned }: Branched,
  { report }: ProposeOptions,
): Promise<Pull> {
  const { change, branch, title, from } = planned;
  const body = describePull(markOf(change), from, change.images, await compareLink(prepared, planned));
  const existing = prepared.open.find((pull) => pull.branch === branch);
  if (existing !== undefined) {
    const same = existing.title === title && existing.body === body;
    if (!same) await pullRequests.update(existing, title, body);
    report(`${change.app}: pull request ${existing.url} is open${same ? "" : " and was updated"}.`);
    return existing;
  }
  const [closed, pull] = await Promise.all([
    pullRequests.closedUnmerged(branch),
    pullRequests.create(branch, title, body),
  ]);
  report(`${change.app}: opened ${pull.url}${closed ? `; ${closed.url} was closed without being merged` : ""}.`);
  return pull;
}

/** Page with the commits between two builds, where the repository has them. */
async function compareLink({ repository, site }: Prepared, { change, from }: Planned): Promise<string | undefined> {
  const address: GitHubAddress | undefined = gitHubAddress(site.location.repository);
  const [old] = Object.values(from);
  const [a, b] = [parseTag(old?.tag ?? ""), parseTag(tagOf(change))];
  if (address === undefined || a === undefined || b === undefined || a.commit === b.commit) return undefined;
  const known = (await repository.isAncestor(b.commit, repository.base)) === true;
  return known ? `${address.server}/${address.owner}/${address.name}/compare/${a.commit}...${b.commit}` : undefined;
}
