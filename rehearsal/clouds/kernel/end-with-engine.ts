/** Process 1 takes over the children of a process that has ended. */
const INIT = 1;

/** An engine that was killed cannot end its providers: they see that they have another parent, and go. */
export function endWithEngine(): void {
  const engine = process.ppid;
  setInterval(() => {
    // An engine that ended while this process was still loading was replaced before it could be seen.
    if (process.ppid !== engine || engine === INIT) {
      process.exit(0);
    }
  }, 500).unref();
}
