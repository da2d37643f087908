import * as path from "node:path";
import type { CloudName } from "../infra/clouds";
import { type Change, groupBySite, type Proposal, type Site } from "./change";
import { RefusedError } from "./failure";
import { type GitFile, Repository } from "./git/repository";
import { accessTo, gitHubAddress } from "./host/address";
import type { Pull, PullRequests } from "./host/pull";
import { pause } from "./pause";
import { type Planned, planChange } from "./plan";
import { describe, publish } from "./publish";
import { checkRendered } from "./render";
import { type CloudSettings, readCloudSettings } from "./settings";
import { sideBySide } from "./side-by-side";

/** What every command of the delivery works with. */
export interface Context {
  /** The user's clone: settings are read from it and its Git objects borrowed; nothing in it is changed. */
  readonly root: string;
  readonly signal: AbortSignal;
  /** Tells the user what goes on. */
  readonly report: (line: string) => void;
}

/** How changes are proposed. */
export interface ProposeOptions extends Context {
  /** Merge as soon as the repository's rules allow. */
  readonly autoMerge: boolean;
  /** Done when nothing speaks against the changes, and before anything is pushed. */
  readonly beforePush?: () => Promise<void>;
}

/** One repository, with the changes that it is to get. */
export interface Prepared {
  readonly site: Site;
  readonly repository: Repository;
  /** Undefined for a remote that is not on GitHub. */
  readonly pullRequests: PullRequests | undefined;
  /** Pull requests of this command line that were open when the repository was read. */
  readonly open: readonly Pull[];
  readonly planned: readonly Planned[];
}

/** How often a repository is begun anew when others push and merge at the same time. */
const attempts = 6;

/**
 * Proposes changes to the repositories that Argo CD reads: a branch and a pull request for each app, environment and
 * repository. Everything is checked before the first push.
 *
 * @returns what became of each, in no order
 * @throws InputError, RefusedError or Error when something speaks against one of them; nothing was changed then
 */
export async function propose(changes: readonly Change[], options: ProposeOptions): Promise<Proposal[]> {
  const settings = new Map<string, CloudSettings>();
  const locate = (env: string, cloud: CloudName) => {
    const key = `${env}-${cloud}`;
    const found = settings.get(key) ?? readCloudSettings(options.root, env, cloud);
    settings.set(key, found);
    return found.gitops;
  };
  const sites = groupBySite(changes, locate);
  const prepared = await Promise.allSettled(sites.map((site) => prepare(site, options)));
  const open = prepared.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  try {
    for (const result of prepared) if (result.status === "rejected") throw result.reason;
    await options.beforePush?.();
    const proposals: Proposal[] = [];
    for (const one of open) proposals.push(...(await publishUntilDone(one, options)));
    return proposals;
  } finally {
    await Promise.all(open.map(({ repository }) => repository.close()));
  }
}

/** Publishes what is prepared; what others were faster with is prepared again, each by itself, on what they left. */
async function publishUntilDone(prepared: Prepared, options: ProposeOptions, attempt = 1): Promise<Proposal[]> {
  const { done, again } = await publish(prepared, options);
  for (const { planned, pull } of again) {
    const { change } = planned;
    if (attempt === attempts) {
      throw new RefusedError(`${change.app}: others were faster ${attempts} times. Run the same command again.`);
    }
    options.report(
      `${change.app}: others changed ${prepared.repository.access.url} meanwhile; once more on what is there now.`,
    );
    await pause(300 * attempt * (0.5 + Math.random()), options.signal);
    const changes = prepared.site.changes.filter(({ part }) => part === change);
    let next: Prepared;
    try {
      next = await prepare({ ...prepared.site, changes }, options);
    } catch (error) {
      if (!(error instanceof RefusedError) || pull === undefined) throw error;
      await prepared.pullRequests?.supersede(pull, `Closed, since what it was made for has changed. ${error.message}`);
      done.push({ ...describe(prepared, planned), status: "superseded", why: error.message });
      continue;
    }
    try {
      done.push(...(await publishUntilDone(next, options, attempt + 1)));
    } finally {
      await next.repository.close();
    }
  }
  return done;
}

/** Fetches the base, works the changes out and renders them. Changes nothing. */
async function prepare(site: Site, options: ProposeOptions): Promise<Prepared> {
  const { root, signal, report } = options;
  const address = gitHubAddress(site.location.repository);
  const apps = [...new Set(site.changes.map(({ part }) => part.app))];
  const repository = await Repository.open({
    location: site.location,
    access: accessTo(site.location),
    clone: root,
    branches: apps.map((app) => `${app}/*`),
    signal,
  });
  try {
    const pullRequests =
      address && (await (await import("./host/github")).openGitHub(address, repository.branch, signal, report));
    const [files, open] = await Promise.all([
      repository.files(apps.flatMap((app) => [`apps/${app}/app.yaml`, `apps/${app}/deploy`])),
      pullRequests?.open() ?? [],
    ]);
    const planned = await sideBySide(site.changes, 8, (change) => planChange(change, { repository, files, open }));
    await render(repository, files, planned);
    return { site, repository, pullRequests, open, planned };
  } catch (error) {
    await repository.close();
    throw error;
  }
}

async function render(
  repository: Repository,
  files: ReadonlyMap<string, GitFile>,
  planned: readonly Planned[],
): Promise<void> {
  const changing = planned.filter((plan) => plan.files.length > 0);
  const apps = new Set(changing.map(({ change }) => change.app));
  const laidOut = new Map(
    [...files].filter(([file]) => apps.has(file.split("/")[1] ?? "")).map(([file, { text }]) => [file, text]),
  );
  for (const { path: file, text } of changing.flatMap((plan) => plan.files)) laidOut.set(file, text);
  const expected = changing.flatMap(({ change, files: overlays }) =>
    overlays.map(({ path: file, image }) => ({ file, app: change.app, image })),
  );
  await checkRendered(laidOut, expected, path.join(repository.folder, "checkout"), repository.signal);
}
