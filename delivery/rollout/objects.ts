/** The objects of a cluster that a rollout is told from: as much of each as is used, by its CRD's own names. */

/** `metadata` of every object. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly generation?: number;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
}

/** A step of a canary: one of these fields. */
export interface Step {
  readonly setWeight?: number;
  /** Without a duration it lasts until somebody promotes. */
  readonly pause?: { readonly duration?: string | number };
}

interface AnalysisStatus {
  readonly name: string;
  readonly status: string;
  readonly message?: string;
}

/** argoproj.io/v1alpha1 Rollout. Source: argo-rollouts pkg/apis/rollouts/v1alpha1/types.go */
export interface Rollout {
  readonly metadata: Metadata;
  readonly spec: {
    readonly paused?: boolean;
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly strategy: {
      readonly canary?: { readonly steps?: readonly Step[] };
      readonly blueGreen?: { readonly autoPromotionEnabled?: boolean; readonly autoPromotionSeconds?: number };
    };
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
    };
  };
  readonly status?: {
    readonly abort?: boolean;
    readonly phase?: string;
    readonly message?: string;
    readonly observedGeneration?: string;
    readonly pauseConditions?: readonly { readonly reason: string }[] | null;
    readonly controllerPause?: boolean;
    readonly currentPodHash?: string;
    readonly stableRS?: string;
    readonly currentStepIndex?: number | null;
    readonly promoteFull?: boolean;
    readonly blueGreen?: { readonly activeSelector?: string };
    readonly canary?: {
      readonly currentBackgroundAnalysisRunStatus?: AnalysisStatus;
      readonly currentStepAnalysisRunStatus?: AnalysisStatus;
    };
  };
}

/** argoproj.io/v1alpha1 AnalysisRun. */
export interface AnalysisRun {
  readonly metadata: Metadata;
  readonly spec?: { readonly metrics?: readonly object[] };
  readonly status?: {
    readonly phase?: string;
    readonly message?: string;
    /** `count` is how often a metric was measured without an error. */
    readonly metricResults?: readonly { readonly count?: number }[];
  };
}

/** argoproj.io/v1alpha1 Application. Source: argo-cd pkg/apis/application/v1alpha1/types.go */
export interface Application {
  readonly metadata: Metadata;
  readonly operation?: object;
  readonly status?: {
    readonly sync?: { readonly status: string; readonly revision?: string };
    readonly health?: { readonly status?: string; readonly message?: string };
    readonly conditions?: readonly { readonly type: string; readonly message: string }[];
    readonly operationState?: {
      readonly phase: string;
      readonly message?: string;
      readonly syncResult?: { readonly revision?: string };
    };
  };
}

/** v1 Pod. */
export interface Pod {
  readonly metadata: Metadata;
  readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly name: string; readonly imageID?: string }[];
  };
}

/** A list of any of them. */
export interface List<Kind> {
  readonly items: readonly Kind[];
}

/** Where Argo CD and its Applications are (components/gitops/argo-cd.ts). */
const argoCd = "/apis/argoproj.io/v1alpha1/namespaces/argocd";

/** Paths in the API. An app's namespace, Application and Rollout have its name. */
export const paths = {
  application: (name: string) => `${argoCd}/applications/${name}`,
  applicationSet: (name: string) => `${argoCd}/applicationsets/${name}`,
  rollout: (app: string) => `/apis/argoproj.io/v1alpha1/namespaces/${app}/rollouts/${app}`,
  analysisRuns: (app: string, podHash: string) =>
    `/apis/argoproj.io/v1alpha1/namespaces/${app}/analysisruns?labelSelector=rollouts-pod-template-hash%3D${podHash}`,
  pods: (app: string, labels: Readonly<Record<string, string>>) => {
    const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    return `/api/v1/namespaces/${app}/pods?labelSelector=${encodeURIComponent(selector.join(","))}`;
  },
} as const;
