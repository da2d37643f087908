/**
 * Does `work` for every item, some at a time, and gives the results in the items' order. The first fault ends it: what
 * is under way is waited for, and nothing new is begun.
 *
 * @param most how many at a time
 */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Map<number, Result>();
  const faults: unknown[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) {
      if (faults.length > 0) return;
      try {
        results.set(index, await work(item));
      } catch (error) {
        faults.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  if (faults.length > 0) throw faults[0];
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
