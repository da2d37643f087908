/** A file of the page, as the server gives it out. */
export interface PageAsset {
  /** `/` or `/assets/…`. */
  readonly path: string;
  /** Media type. */
  readonly type: string;
  readonly body: Uint8Array;
  /** Whether its path changes with its contents. */
  readonly immutable: boolean;
}
