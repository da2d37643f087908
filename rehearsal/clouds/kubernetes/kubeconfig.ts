import { load } from "js-yaml";
import { z } from "zod";

/** What of a kubeconfig the simulation looks at; everything else may be there. */
const kubeconfigSchema = z.object({
  clusters: z.array(
    z.object({
      name: z.string(),
      cluster: z.object({ server: z.url(), "certificate-authority-data": z.string().optional() }),
    }),
  ),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) })),
  users: z.array(z.object({ name: z.string() })),
  "current-context": z.string(),
});

/** The cluster that a kubeconfig's current context names. */
export interface ActiveCluster {
  readonly server: string;
  readonly certificate: string | undefined;
}

/**
 * Reads a kubeconfig as client-go does: the current context names the cluster and the user.
 *
 * @param kubeconfig text (JSON or YAML), or the object that it stands for
 * @throws Error saying what is missing. Source: client-go tools/clientcmd (validation.go, ConfirmUsable)
 */
export function activeCluster(kubeconfig: unknown): ActiveCluster {
  const parsed = kubeconfigSchema.safeParse(typeof kubeconfig === "string" ? load(kubeconfig) : kubeconfig);
  if (!parsed.success) {
    throw new Error(`invalid configuration: ${z.prettifyError(parsed.error)}`);
  }
  const { clusters, contexts, users } = parsed.data;
  const current = parsed.data["current-context"];
  const context = contexts.find(({ name }) => name === current)?.context;
  if (context === undefined) {
    throw new Error(`invalid configuration: context was not found for specified context: ${current}`);
  }
  if (!users.some(({ name }) => name === context.user)) {
    throw new Error(`invalid configuration: user "${context.user}" was not found for context "${current}"`);
  }
  const cluster = clusters.find(({ name }) => name === context.cluster)?.cluster;
  if (cluster === undefined) {
    throw new Error(`invalid configuration: cluster "${context.cluster}" was not found for context "${current}"`);
  }
  return { server: cluster.server, certificate: cluster["certificate-authority-data"] };
}
