import { FixedQueue, queueOptionsSymbol, type TaskQueue } from "piscina";

/** Coarse passes, checks and encoding go before tiles: they are short, and somebody waits for each of them. */
export type Lane = "first" | "later";

/** A task with its lane, for the pool. */
export function lane<Task extends object>(task: Task, wanted: Lane): Task {
  return { ...task, [queueOptionsSymbol]: { lane: wanted } };
}

/** What piscina puts into its queue; it does not export the type. */
type Task = Parameters<TaskQueue["push"]>[0];

/** A queue with two lanes, each first in, first out. */
export class TaskLanes implements TaskQueue {
  readonly #first = new FixedQueue();
  readonly #later = new FixedQueue();

  get size(): number {
    return this.#first.size + this.#later.size;
  }

  push(task: Task): void {
    this.#of(task).push(task);
  }

  shift(): Task | null {
    return this.#first.shift() ?? this.#later.shift();
  }

  remove(task: Task): void {
    this.#of(task).remove(task);
  }

  #of(task: Task): FixedQueue {
    const options = task[queueOptionsSymbol] as { readonly lane: Lane } | null;
    return options?.lane === "first" ? this.#first : this.#later;
  }
}
