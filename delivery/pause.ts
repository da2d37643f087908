import { setTimeout } from "node:timers/promises";

/** Waits some milliseconds. @throws the signal's reason when that is aborted */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
