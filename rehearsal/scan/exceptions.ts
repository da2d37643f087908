/** A check of kube-score that is not asked of an object, or of any, and why. */
export interface Exception {
  /** Its id: `kube-score list`. */
  readonly check: string;
  /** `<kind>/<name>`, as rendered; nothing for every object. */
  readonly object?: string;
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [
  {
    check: "container-image-tag",
    reason: "an overlay has no image until its first release, which writes tag and digest and checks both",
  },
  { check: "container-image-pull-policy", reason: "images are named by digest or version, which do not change" },
  {
    check: "container-ephemeral-storage-request-and-limit",
    reason: "root file systems are read-only, and volumes have a size limit of their own",
  },
  {
    check: "deployment-has-host-podantiaffinity",
    reason: "pods are spread over zones and nodes by topologySpreadConstraints, which also holds while they are few",
  },
  {
    check: "deployment-strategy",
    object: "Deployment/prometheus",
    reason: "two may not write to one folder, so that the old one ends first",
  },
  { check: "deployment-replicas", object: "Deployment/prometheus", reason: "it keeps its data in a folder of its own" },
  {
    check: "pod-networkpolicy",
    object: "Deployment/prometheus",
    reason: "it scrapes pods of every app: what may reach it is limited, not what it reaches",
  },
];
