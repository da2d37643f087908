/** What the simulated clouds say about a repository. */
export interface RepositoryRules {
  readonly exists: boolean;
  /** Whether a tag, once pushed, can never name another image. */
  readonly immutableTags: boolean;
  /** When it was made, in any unit: one that was deleted and made anew is empty. @default it was there always */
  readonly madeAt?: number;
}

/** Asked for every request to a cloud's registry, so that it follows what `up` and `destroy` do to the clouds. */
export interface RegistryRules {
  /**
   * @param host the registry's host, for instance `trinitydevazureacr.azurecr.io`
   * @param name the repository's path below it, for instance `mandelbrot`
   */
  repository(host: string, name: string): RepositoryRules | Promise<RepositoryRules>;

  /** Told of every manifest that was pushed. @default nobody is told */
  pushed?(host: string, name: string, digest: string): void | Promise<void>;
}
