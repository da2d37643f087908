import { argoCdNamespace } from "../../../components/gitops/argo-cd";
import { rolloutRules } from "../../../components/gitops/rollout-rules";
import type { AccessRules } from "../../../components/gitops/rule";
import { allows } from "../../../rehearsal/clouds/kubernetes/rights";

/** A request of the Kubernetes API, as its access rules see it. */
export interface ApiRequest {
  readonly group: string;
  readonly namespace: string | undefined;
  /** With its subresource, if it is about one: `rollouts/status`. */
  readonly resource: string;
  /** Absent of a list. */
  readonly name: string | undefined;
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
    name,
    resource: part === undefined ? resource : `${resource}/${part}`,
    verb: verbs[method] ?? method,
  };
}

/** Whether an API server lets an identity have it: the identity `rollout`, where no other rules are given. */
export function mayAsk(method: string, url: string, { cluster, argoCd }: AccessRules = rolloutRules): boolean {
  const request = requestOf(method, url);
  return allows([...cluster, ...(request.namespace === argoCdNamespace ? argoCd : [])], request);
}
