import { argoCdNamespace } from "../../../components/gitops/argo-cd";
import { appRules, argoCdRules } from "../../../components/gitops/rollout-rules";

/** A request of the Kubernetes API, as its access rules see it. */
export interface ApiRequest {
  readonly group: string;
  readonly namespace: string | undefined;
  /** With its subresource, if it is about one: `rollouts/status`. */
  readonly resource: string;
  readonly verb: string;
}

/** Source: Kubernetes docs, "Authorization", determine the request verb. */
export function requestOf(method: string, url: string): ApiRequest {
  const path = new URL(url, "https://test").pathname;
  const match = /^\/api(?:s\/([^/]+))?\/[^/]+(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(
    path,
  );
  if (match === null) throw new Error(`${path} is no path of an object or a list`);
  const [, group = "", namespace, resource = "", name, part] = match;
  const verbs: Readonly<Record<string, string>> = {
    GET: name === undefined ? "list" : "get",
    PATCH: "patch",
    DELETE: "delete",
    POST: "create",
  };
  return {
    group,
    namespace,
    resource: part === undefined ? resource : `${resource}/${part}`,
    verb: verbs[method] ?? method,
  };
}

/** Whether an API server lets the identity `rollout` have it: the roles of components/gitops/rollout-access.ts. */
export function mayAsk(method: string, url: string): boolean {
  const { group, namespace, resource, verb } = requestOf(method, url);
  const rules = [...appRules, ...(namespace === argoCdNamespace ? argoCdRules : [])];
  return rules.some(
    ({ apiGroups, resources, verbs }) =>
      apiGroups.includes(group) && resources.includes(resource) && verbs.includes(verb),
  );
}
