import type { CloudName } from "../infra/clouds";
import type { ReleasedApp } from "./app-manifest";
import type { Kind, Mark } from "./host/pull";
import { type Image, type Images, entries } from "./image";
import type { Location } from "./settings";

/** A change of an app's image in one environment. */
export interface Change {
  readonly kind: Kind;
  readonly app: string;
  readonly env: string;
  /** What the overlays are to name. */
  readonly images: Images;
  /** What the overlays must name now, where the change was derived from that. @default anything */
  readonly from?: Images;
  /** Take the place of a newer build. */
  readonly allowOlder: boolean;
}

/** What became of a change in one repository. */
export interface Proposal {
  readonly kind: Kind;
  readonly app: string;
  readonly env: string;
  readonly clouds: readonly CloudName[];
  readonly tag: string;
  readonly digest: string;
  /** Address of the Git repository. */
  readonly repository: string;
  /** Branch that the change is for. */
  readonly base: string;
  /**
   * `unchanged`: the base has it already. `pushed`: the remote is not on GitHub, so a pull request is the user's to open.
   * `open`, `auto-merge`, `merged`: the pull request. `superseded`: a newer one came meanwhile. `refused`: by the remote.
   */
  readonly status: "unchanged" | "pushed" | "open" | "auto-merge" | "merged" | "superseded" | "refused";
  /** Branch with the change, unless unchanged. */
  readonly branch?: string;
  readonly commit?: string;
  readonly pullRequest?: { readonly number: number; readonly url: string };
  /** Numbers of the pull requests that this one took the place of. */
  readonly superseded?: readonly number[];
  /** Why it was refused or superseded. */
  readonly why?: string;
}

/** The one tag of a change's images. */
export function tagOf({ images }: Pick<Change, "images">): string {
  return entries(images)[0]?.[1].tag ?? "";
}

/** What a change's pull request is found again by. */
export function markOf(change: Change): Mark {
  const { kind, app, env, images, allowOlder } = change;
  const clouds = entries(images).map(([cloud]) => cloud);
  return { kind, app, env, tag: tagOf(change), clouds, ...(allowOlder ? { allowOlder } : {}) };
}

/**
 * Branch of a change. It names the environment unless that is the app's first, since one build goes to one environment
 * after another; and the clouds when they are not all, since the rest may follow.
 */
export function branchName(change: Change, app: ReleasedApp, all: Images): string {
  const { kind, env } = change;
  const clouds = entries(all).map(([cloud]) => cloud);
  const some = clouds.length === app.clouds.length ? [] : clouds;
  const first = kind === "release" && env === app.environments[0];
  // Git allows no two full stops in a branch's name; a tag may have them.
  const tag = tagOf(change).replaceAll(/\.\.+/g, "-");
  return `${change.app}/${[kind, ...(first ? [] : [env]), tag, ...some].join("-")}`;
}

/** Title of a change's pull request, and of its commit. */
export function titleOf(change: Change): string {
  const { kind, app, env } = change;
  return `${kind}(${app}): ${kind === "revert" ? `${env} back to ${tagOf(change)}` : `${tagOf(change)} to ${env}`}`;
}

/** Changes of one repository's branch: those of its clouds. */
export interface Site {
  readonly location: Location;
  readonly changes: readonly { readonly whole: Change; readonly part: Change }[];
}

/** Sorts changes by the repositories that their clouds' clusters read. */
export function groupBySite(changes: readonly Change[], locate: (env: string, cloud: CloudName) => Location): Site[] {
  const sites = new Map<string, { location: Location; changes: { whole: Change; part: Change }[] }>();
  for (const whole of changes) {
    const parts = new Map<string, Partial<Record<CloudName, Image>>>();
    for (const [cloud, image] of entries(whole.images)) {
      const key = JSON.stringify(locate(whole.env, cloud));
      parts.set(key, { ...parts.get(key), [cloud]: image });
    }
    for (const [key, images] of parts) {
      const site = sites.get(key) ?? { location: JSON.parse(key) as Location, changes: [] };
      sites.set(key, site);
      site.changes.push({ whole, part: { ...whole, images } });
    }
  }
  return [...sites.values()];
}
