/** An engine that was killed cannot end its providers: they see that they have another parent, and go. */
export function endWithEngine(): void {
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) {
      process.exit(0);
    }
  }, 500).unref();
}
