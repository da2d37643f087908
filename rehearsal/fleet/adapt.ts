import { type CloudName } from "../../infra/clouds";
import type { WorkingCopy } from "./working-copy";

/**
 * Makes the repository this machine's own, as whoever takes the platform makes it theirs: the addresses of the clouds'
 * load balancers. It takes out the pods of the add-ons, whose images cannot be pulled here: their programs run as
 * processes of this machine. And it shortens what only takes time: the last pause of a canary, and how long a pod that ends
 * goes on answering, since the load balancers here know at once.
 *
 * @param addresses cloud to address of the app's load balancer
 */
export async function adapt(
  copy: WorkingCopy,
  app: string,
  env: string,
  addresses: Readonly<Partial<Record<CloudName, string>>>,
): Promise<void> {
  await copy.commit("Say where load balancers are; run the add-ons outside of the clusters; wait less", {
    [`apps/${app}/deploy/overlays/${env}/stage/kustomization.yaml`]: (text) =>
      text.replace(/value: >-\n(?: {12}.*\n)+/, `value: '${JSON.stringify(addresses)}'\n`),
    [`apps/${app}/deploy/base/rollout.yaml`]: (text) =>
      text
        .replace("pause: { duration: 15s }", "pause: { duration: 3s }")
        .replace('DRAIN_MILLISECONDS, value: "30000"', 'DRAIN_MILLISECONDS, value: "1000"'),
    "gitops/add-ons/argo-rollouts/kustomization.yaml": (text) =>
      `${text}replicas:\n  - { name: argo-rollouts, count: 0 }\n`,
    "gitops/add-ons/prometheus/kustomization.yaml": (text) => `${text}replicas:\n  - { name: prometheus, count: 0 }\n`,
  });
}
