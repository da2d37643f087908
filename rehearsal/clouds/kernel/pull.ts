/** What a simulated cloud's own access data say of a node that wants to pull an image. */
export type PullDecision =
  | { readonly allowed: true; readonly identity: string; readonly grant: string }
  | {
      readonly allowed: false;
      /** The identity that the node pulls as. */
      readonly identity: string;
      /** The grant that is missing, in the cloud's own terms, for instance `AcrPull on … for object id …`. */
      readonly missing: string;
      /** Simulated milliseconds: when a grant that is made, but not in effect yet, will be. */
      readonly inEffectAt?: number;
    };

/** A repository as its cloud's registry enforces it. */
export interface RepositoryRules {
  readonly exists: boolean;
  /** True when a tag that exists cannot be moved to another digest. */
  readonly immutableTags: boolean;
}
