import type { CloudName } from "../infra/clouds";

/** An image as an overlay names it. */
export interface Image {
  /** Host and repository, without tag and digest. */
  readonly repository: string;
  readonly tag: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

/** One image for each cloud that is meant. */
export type Images = Readonly<Partial<Record<CloudName, Image>>>;

/** The reference that kustomize renders. */
export function reference({ repository, tag, digest }: Image): string {
  return `${repository}:${tag}@${digest}`;
}

/** Whether two images are the same to the last character. */
export function sameImage(a: Image | undefined, b: Image | undefined): boolean {
  return a?.repository === b?.repository && a?.tag === b?.tag && a?.digest === b?.digest;
}

/** The clouds and their images, typed. */
export function entries(images: Images): [CloudName, Image][] {
  return Object.entries(images) as [CloudName, Image][];
}
