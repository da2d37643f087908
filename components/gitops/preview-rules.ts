import { argoCdNamespace } from "./argo-cd";
import { rootProject } from "./root-application";
import { accessNames, type AccessRules } from "./rule";

const rbac = ["rbac.authorization.k8s.io"];
const argoproj = ["argoproj.io"];

/**
 * What a refresh reads of the objects that a stack makes in its cluster, each by its name, and nothing that is not the
 * stack's. No Secret, and no write, not even a dry run, which Kubernetes grants only together with the real one
 * (docs/adr/0019-what-a-preview-may-in-a-cluster.md).
 *
 * @param application name of the root Application
 */
export function previewRules(application: string): AccessRules {
  const names = Object.values(accessNames);
  return {
    cluster: [
      { apiGroups: [""], resources: ["namespaces"], resourceNames: [argoCdNamespace], verbs: ["get"] },
      { apiGroups: rbac, resources: ["clusterroles", "clusterrolebindings"], resourceNames: names, verbs: ["get"] },
    ],
    argoCd: [
      { apiGroups: rbac, resources: ["roles", "rolebindings"], resourceNames: names, verbs: ["get"] },
      { apiGroups: argoproj, resources: ["appprojects"], resourceNames: [rootProject], verbs: ["get"] },
      { apiGroups: argoproj, resources: ["applications"], resourceNames: [application], verbs: ["get"] },
      // Helm finds a release's records by their labels (helm pkg/storage/driver/cfgmaps.go, Query), which no rule knows.
      { apiGroups: [""], resources: ["configmaps"], verbs: ["list"] },
    ],
  };
}
