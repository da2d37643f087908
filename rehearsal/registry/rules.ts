import type { CloudName } from "../../infra/clouds";

/** What the simulated clouds say about a repository. */
export interface RepositoryRules {
  readonly exists: boolean;
  /** Whether a tag, once pushed, can never name another image. */
  readonly immutableTags: boolean;
  /** When it was made, in any unit: one that was deleted and made anew is empty. @default it was there always */
  readonly madeAt?: number;
}

/** A node of a cluster, which pulls as its cloud's identity for it. */
export interface RegistryNode {
  readonly cloud: CloudName;
  /** Name of the cluster in its cloud, for instance `trinity-dev-aws`. */
  readonly cluster: string;
  readonly name: string;
}

/** Whether a node may pull, by its cloud's access data. */
export type NodePull =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** What it pulls as, in the cloud's terms: a role's ARN, a service account, an object id. */
      readonly identity: string;
      /** The grant that is missing. */
      readonly missing: string;
    };

/** An identity of a cloud, for instance a job's, that has logged in. */
export interface RegistryIdentity {
  /** A role's ARN, a service account's address, a client id. */
  readonly identity: string;
  /** When what it logged in with runs out: milliseconds since 1970. */
  readonly endsAt: number;
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

  /**
   * Whether a node may pull now. Its cloud is the host's.
   *
   * @param name as above; empty where a cloud grants by the registry
   * @default no node may
   */
  mayPull?(node: RegistryNode, host: string, name: string): NodePull | Promise<NodePull>;

  /** Whose login a password is that the cloud's own command gave out; undefined when it gave out none such. @default none */
  identityOf?(cloud: CloudName, password: string): RegistryIdentity | undefined;

  /** Whether such an identity may do something with a repository now. @default none may anything */
  mayAct?(identity: RegistryIdentity, action: "pull" | "push", host: string, name: string): Promise<boolean>;
}
