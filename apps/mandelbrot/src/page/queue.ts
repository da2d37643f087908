/** Something to do while it is wanted. */
export interface Job {
  /** The same for the same work. */
  readonly key: string;
  /** Must end soon after the signal is aborted. Failures are its own to report. */
  run(signal: AbortSignal): Promise<void>;
}

/** Runs what is wanted, a few jobs at once, and stops what is not wanted any more. */
export class JobQueue {
  private waiting: readonly Job[] = [];
  private readonly running = new Map<string, AbortController>();

  /** @param parallel jobs at once */
  constructor(private readonly parallel: number) {}

  /** Whether nothing is wanted. */
  get idle(): boolean {
    return this.waiting.length === 0 && this.running.size === 0;
  }

  /** Wants these jobs, in this order, and no others: whatever else runs is aborted. */
  want(jobs: readonly Job[]): void {
    const keys = new Set(jobs.map((job) => job.key));
    for (const [key, controller] of this.running) {
      if (!keys.has(key)) {
        controller.abort();
        this.running.delete(key);
      }
    }
    this.waiting = jobs.filter((job) => !this.running.has(job.key));
    this.fill();
  }

  private fill(): void {
    while (this.running.size < this.parallel) {
      const [job, ...rest] = this.waiting;
      if (job === undefined) {
        return;
      }
      this.waiting = rest;
      void this.start(job);
    }
  }

  private async start(job: Job): Promise<void> {
    const controller = new AbortController();
    this.running.set(job.key, controller);
    try {
      await job.run(controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) {
        throw error;
      }
    } finally {
      // The key may have been aborted and wanted anew in between.
      if (this.running.get(job.key) === controller) {
        this.running.delete(job.key);
      }
      this.fill();
    }
  }
}
