/** A held lock. */
export interface Lock {
  /** Gives the lock back. Harmless when called twice, or after another process has taken it over. */
  release(): void;
}

export interface LockOptions {
  /** Called once, when the lock is somebody else's, with that process's id where it is known. */
  readonly onWait?: (pid: number | undefined) => void;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
  /** How long to wait, in milliseconds. @default 30 minutes */
  readonly timeoutMs?: number;
}

/**
 * Takes the lock `file`, waiting for its holder. A lock whose process has ended is taken over.
 * @throws Error naming the file and its holder when the time is up; an AbortError when `signal` says so
 */
export declare function acquireLock(file: string, options?: LockOptions): Promise<Lock>;
