/**
 * A cloud's refusal, in the cloud's own words: `code` as its API says it, for instance `RepositoryNotEmptyException`.
 */
export class CloudError extends Error {
  override readonly name = "CloudError";

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}
