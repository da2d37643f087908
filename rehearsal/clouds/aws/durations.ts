/**
 * Simulated seconds that AWS takes. A range is of creation times printed by Terraform runs in public repositories; the
 * number is its median, or its middle where the runs are few.
 */
export const seconds = {
  /** 8:23 to 11:23 in 10 runs, median 10:17. Deletion 1:09 to 8:42. An upgrade of the control plane: EKS user guide, "several minutes". */
  cluster: { create: 617, update: 480, delete: 295 },
  /** 1:48 to 3:41. Deletion about 4:12. Update: nodes are replaced one after another, as long as a creation for each two. */
  nodeGroup: { create: 165, update: 330, delete: 252 },
  /** coredns 0:14 to 0:56. The others have no pods to wait for, or pods that the nodes run already. */
  addOn: { create: 35, update: 35, delete: 2 },
  /** 1:23 to 1:52. Deletion: EC2 waits until the gateway's address is free. */
  natGateway: { create: 98, delete: 50 },
  /** 0 to 2 s. */
  repository: { create: 1, delete: 1 },
  /** EC2 API calls that answer at once, of which the provider then reads the state back. */
  immediate: { create: 1, delete: 1 },
  /** The provider waits until the network, then each of its attributes, reads back as set. */
  network: { create: 12, delete: 1 },
  /**
   * IAM is eventually consistent, and the provider retries what meets a role too early (IAM user guide, "Changes that I
   * make are not always immediately visible").
   */
  principal: { create: 1, delete: 1, visible: 8 },
} as const;
