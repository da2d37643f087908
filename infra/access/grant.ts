/** Actions that an identity has, and why. */
export interface Grant {
  /** Exact names, without `*`: `ecr:PutImage`, `container.clusters.get`, `Microsoft.Network/virtualNetworks/write`. */
  readonly actions: readonly string[];
  /**
   * `recorded`: the rehearsal sees each of them used. Otherwise where it is documented that the cloud or its provider asks
   * for them, which the simulated cloud does not.
   */
  readonly because: "recorded" | { readonly source: string };
}
