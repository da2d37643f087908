// All cores beside one, painting the same tiles, in one run.
//
//   node --import tsx bench/scaling.ts
//
// The best of several rounds that take turns. On a machine that does other work too the ratio is too small.
import os from "node:os";
import path from "node:path";
import { divide } from "../src/http/view.js";
import { loadModule } from "../src/kernel/paint.js";
import type { View } from "../src/kernel/request.js";
import { createPool, type Pool } from "../src/workers/pool.js";
import { compileWasm } from "../build/wasm.js";

const rounds = 7;

const views: readonly (readonly [string, View])[] = [
  ["home", { re: "-0.5", im: "0", span: 3, width: 1_920, height: 1_080, iterations: 20_000 }],
  ["seahorse valley", { re: "-0.7436", im: "0.1318", span: 0.005, width: 1_920, height: 1_080, iterations: 2_000 }],
];

async function paintAll(pool: Pool, view: View): Promise<number> {
  const tiles = divide({ left: 0, top: 0, width: view.width, height: view.height, stride: 1 });
  const options = { signal: new AbortController().signal, deadline: Date.now() + 60_000 };
  const started = performance.now();
  await Promise.all(tiles.map((tile) => pool.paint({ view, tile }, options)));
  return performance.now() - started;
}

const cores = os.availableParallelism();
const module = loadModule(await compileWasm());
const file = path.join(import.meta.dirname, "../src/workers/painter.ts");
const pools = [1, cores].map((workers) => createPool({ workers, file, module }));
try {
  for (const [name, view] of views) {
    const best = pools.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, pool] of pools.entries()) {
        best[index] = Math.min(best[index] ?? Number.POSITIVE_INFINITY, await paintAll(pool, view));
      }
    }
    const [one = Number.NaN, all = Number.NaN] = best;
    const share = one / all / cores;
    console.log(
      `${name.padEnd(40)}1 thread ${one.toFixed(0)} ms, ${cores} threads ${all.toFixed(0)} ms: ${share.toFixed(2)} of linear`,
    );
  }
} finally {
  await Promise.all(pools.map((pool) => pool.close()));
}
