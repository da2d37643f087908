/** What decides whether this process may run buildkitd. */
export interface Privilege {
  readonly platform: NodeJS.Platform;
  /** User id; undefined where there are none. */
  readonly uid: number | undefined;
}

/**
 * Checks, before anything is started, that images can be built here.
 *
 * buildkitd mounts file systems and starts containers, which takes root. Its rootless mode takes user namespaces with
 * subordinate ids (newuidmap, /etc/subuid) and rootlesskit, which this rehearsal does not set up.
 *
 * @throws Error naming what is needed
 */
export function assertCanBuild(privilege: Privilege = { platform: process.platform, uid: process.getuid?.() }): void {
  if (privilege.platform !== "linux") {
    throw new Error(
      `The rehearsal builds images with buildkitd, which runs on Linux only (this is ${privilege.platform}). Run it in ` +
        `a Linux virtual machine or container. Real stacks build here with Docker's own builder.`,
    );
  }
  if (privilege.uid !== 0) {
    throw new Error(
      `The rehearsal builds images with buildkitd, which needs root to mount and to start containers (this is user ` +
        `${privilege.uid ?? "?"}). Run it as root, for instance in a throw-away virtual machine or a privileged ` +
        `container. Real stacks need no root: they build with the buildx builder of trinity:builder.`,
    );
  }
}
