import type * as pulumi from "@pulumi/pulumi";

/** A Kubernetes cluster as the rest of the platform sees it, whichever cloud runs it. */
export interface Cluster {
  readonly clusterName: pulumi.Output<string>;
  /** Address of the API server: `https://…`. */
  readonly endpoint: pulumi.Output<string>;
  /** Secret. Gets short-lived credentials from the cloud's own command; no profile or account in it. */
  readonly kubeconfig: pulumi.Output<string>;
}

/** The image repositories of a cloud. */
export interface Registry {
  /** Host that a client logs in to, for instance `trinitydevazureacr.azurecr.io`. */
  readonly host: pulumi.Output<string>;
  /** App name to repository, host included, without tag: `<host>/…/mandelbrot`. */
  readonly repositories: pulumi.Output<Record<string, string>>;
}
