import * as pulumi from "@pulumi/pulumi";
// Files instead of the package's index: 6 modules and 5 ms instead of 124 and about 100 ms, in every preview.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Release } from "@pulumi/kubernetes/helm/v3/release";
import { Provider } from "@pulumi/kubernetes/provider";
import { argoCdChart, argoCdNamespace, argoCdValues } from "./argo-cd";
import { checkNames } from "./arguments";
import { ClusterAccess, type ClusterSubject } from "./cluster-access";
import { previewRules } from "./preview-rules";
import { rolloutRules } from "./rollout-rules";
import { accessNames } from "./rule";
import { type RootApplication, rootApplicationResource, rootProjectResource } from "./root-application";

export interface GitOpsArgs {
  /** Kubeconfig of the cluster, JSON or YAML. Kept secret. */
  readonly kubeconfig: pulumi.Input<string>;
  /** Address of the cluster's API server: objects are replaced when it is another one, and only then. */
  readonly endpoint: pulumi.Input<string>;
  /** Name of the root Application: 1 to 63 lower-case letters, digits and hyphens. */
  readonly applicationName: string;
  /** Label `cloud` of the cluster in Argo CD. */
  readonly cloud: "aws" | "gcp" | "azure";
  /** Label `env` of the cluster in Argo CD, for instance `dev`. */
  readonly env: string;
  /** Git repository, as Argo CD is to clone it. */
  readonly repository: pulumi.Input<string>;
  /** Branch, tag or commit. */
  readonly revision: pulumi.Input<string>;
  /** Folder of the root application in the repository, for instance `gitops/root`. */
  readonly path: pulumi.Input<string>;
  /** Who looks after the apps' rollouts. @default nobody but the cluster's administrators */
  readonly rollout?: ClusterSubject;
  /** Who reads back what the stack made in the cluster. @default nobody but the cluster's administrators */
  readonly preview?: ClusterSubject;
}

/** Seconds that Helm waits for Argo CD's pods, images included. */
const releaseSeconds = 600;

/**
 * Argo CD on a cluster, and the one Application from which it finds everything else.
 *
 * The cluster needs nodes before Argo CD can start: make it depend on them.
 *
 * @throws pulumi.InputPropertyError for a name that Kubernetes would refuse
 */
export class GitOps extends pulumi.ComponentResource {
  /** Namespace of Argo CD. Known in every preview. */
  readonly namespace: pulumi.Output<string>;
  /** Name of the root Application. Known in every preview. */
  readonly application: pulumi.Output<string>;

  constructor(name: string, args: GitOpsArgs, opts?: pulumi.ComponentResourceOptions) {
    checkNames({ applicationName: args.applicationName, cloud: args.cloud, env: args.env });
    super("trinity:gitops:GitOps", name, {}, opts);

    const provider = new Provider(
      `${name}-provider`,
      {
        kubeconfig: pulumi.secret(args.kubeconfig),
        // So that neither another text, certificate or credential in the kubeconfig replaces what is in the cluster, nor
        // a kubeconfig that a preview does not know (docs/adr/0011-what-replaces-objects-in-a-cluster.md).
        clusterIdentifier: args.endpoint,
        // So that whoever reads the release back needs no right to Secrets; the values hold none
        // (docs/adr/0019-what-a-preview-may-in-a-cluster.md).
        helmReleaseSettings: { driver: "configmap" },
      },
      { parent: this },
    );
    const options = { parent: this, provider };

    // Names are given as text, not taken from the objects, so that they are known while there is no cluster yet.
    const namespace = new Namespace(`${name}-namespace`, { metadata: { name: argoCdNamespace } }, options);
    const { repository, revision, path } = args;
    const argoCd = new Release(
      `${name}-argo-cd`,
      {
        name: argoCdChart.release,
        namespace: argoCdNamespace,
        chart: argoCdChart.name,
        version: argoCdChart.version,
        repositoryOpts: { repo: argoCdChart.repository },
        // A failed installation is removed and a failed upgrade rolled back, so that the next run can begin.
        atomic: true,
        cleanupOnFail: true,
        timeout: releaseSeconds,
        maxHistory: 5,
        values: argoCdValues({ cloud: args.cloud, env: args.env, repository, revision }),
      },
      { ...options, dependsOn: [namespace], customTimeouts: { create: "15m", update: "15m", delete: "10m" } },
    );

    const root: RootApplication = {
      name: args.applicationName,
      namespace: argoCdNamespace,
      labels: { cloud: args.cloud, env: args.env },
      repository,
      revision,
      path,
    };
    // Argo CD brings the kinds of both, and empties an application that is deleted: it must outlive them.
    const project = new CustomResource(`${name}-project`, rootProjectResource(root), {
      ...options,
      dependsOn: [argoCd],
    });
    new CustomResource(`${name}-application`, rootApplicationResource(root), {
      ...options,
      dependsOn: [argoCd, project],
      customTimeouts: { delete: "30m" },
    });

    const rules = { preview: previewRules(args.applicationName), rollout: rolloutRules };
    for (const identity of ["preview", "rollout"] as const) {
      const { [identity]: subject } = args;
      if (subject === undefined) continue;
      new ClusterAccess(
        `${name}-${identity}`,
        { provider, subject, objectName: accessNames[identity], rules: rules[identity], namespace },
        { parent: this },
      );
    }

    this.namespace = pulumi.output(argoCdNamespace);
    this.application = pulumi.output(args.applicationName);
    this.registerOutputs({ namespace: this.namespace, application: this.application });
  }
}
