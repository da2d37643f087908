import type { Child } from "../processes/child";
import type { ControlPlane } from "./control-plane";
import { acceptsTcp, freePorts } from "../ports";
import { type ClusterOptions, startProgram } from "./program";

export interface RolloutsOptions extends ClusterOptions {
  /** How it reaches Services, Prometheus for instance: HTTP_PROXY with a service network's address. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Starts a cluster's Argo Rollouts controller as a process of this machine. Its custom resources must be there: without
 * them it ends.
 */
export async function startRollouts(
  controlPlane: Pick<ControlPlane, "name" | "kubeconfig">,
  options: RolloutsOptions,
): Promise<Child> {
  const [metrics = 0, health = 0] = await freePorts(2);
  return startProgram(options, {
    name: `${controlPlane.name}-rollouts`,
    command: options.tools["rollouts-controller"],
    args: [
      `--kubeconfig=${controlPlane.kubeconfig}`,
      "--namespace=argo-rollouts",
      // There is one of it, so it need not be elected, which takes a quarter of a minute.
      "--leader-elect=false",
      // Both are at every address of this machine: it takes no address.
      `--metricsPort=${metrics}`,
      `--healthzPort=${health}`,
    ],
    environment: options.environment,
    ready: () => acceptsTcp(health),
  });
}
