// The kernels beside a plain C loop, on one core, in one run.
//
//   node --import tsx bench/kernel.ts
//
// Times are processor time, the best of several runs of each that take turns, so that a busy machine disturbs them
// little. Fails only if counts differ.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { compileWasm } from "../build/wasm.js";
import { createPainter, isDeep, loadModule, type Painter } from "../src/kernel/paint.js";
import type { View } from "../src/kernel/request.js";

const rounds = 5;

/** Milliseconds that a run takes at least. */
const shortestRun = 150;

const shallow: readonly (readonly [string, View])[] = [
  ["home, 256 iterations", view("-0.5", "0", 3, 768, 512, 256)],
  ["home, 5000 iterations", view("-0.5", "0", 3, 384, 256, 5_000)],
  ["interior: the cardioid", view("-0.2", "0", 0.3, 128, 128, 5_000)],
  ["interior: the period-3 island", view("-1.7685", "0.0016", 0.01, 192, 192, 5_000)],
  ["boundary: seahorse valley", view("-0.743643887037151", "0.13182590420533", 0.01, 256, 256, 2_000)],
  ["boundary: a dendrite", view("-0.1560", "1.0322", 0.002, 256, 256, 2_000)],
  ["boundary: elephant valley", view("0.2925", "0.0149", 0.01, 256, 256, 2_000)],
  ["few iterations: the antenna", view("-2", "0", 0.5, 512, 512, 1_000)],
  ["deep in doubles: 1e-6", view("-0.743643887037151", "0.13182590420533", 1e-6, 256, 256, 5_000)],
  ["deep in doubles: 1e-11", view("-0.743643887037151", "0.13182590420533", 1e-11, 192, 192, 20_000)],
];

const seahorse = ["-0.743643887037158704752191506114774", "0.131825904205311970493132056385139"] as const;
const island134 = [
  "-0.0000000000000000000000000000000000000000000000000112263605692030713325095863041740445844550428679026974111245526",
  "1.0000000000000000000000000000000000000000000000000136136553681034744167",
] as const;

const deep: readonly (readonly [string, View])[] = [
  ["seahorse valley: 1e-15", view(...seahorse, 1e-15, 128, 128, 20_000)],
  ["seahorse valley: 1e-25", view(...seahorse, 1e-25, 96, 96, 30_000)],
  ["an island: 1e-99", view(...island134, 9e-99, 256, 256, 5_360)],
  ["a dendrite: 1e-100", view("0", "1", 1e-100, 256, 256, 2_000)],
  ["a dendrite: 1e-270", view("0", "1", 1e-270, 256, 256, 2_000)],
];

const tooDeepForC = 1e-13;

function view(re: string, im: string, span: number, width: number, height: number, iterations: number): View {
  return { re, im, span, width, height, iterations };
}

interface Run {
  /** Processor time in nanoseconds. */
  readonly time: number;
  readonly sum: number;
  readonly hash: number;
}

function best(...runs: readonly (Run | undefined)[]): Run | undefined {
  return runs.reduce((one, other) =>
    one === undefined || (other !== undefined && other.time < one.time) ? other : one,
  );
}

function paint(painter: Painter, view: View): Run {
  const before = process.threadCpuUsage();
  const begin = performance.now();
  let counts: Uint32Array;
  let times = 0;
  // The kernel's clock for processor time advances every few milliseconds only.
  do {
    counts = painter.paintCounts({ view });
    times += 1;
  } while (performance.now() - begin < shortestRun);
  const { user, system } = process.threadCpuUsage(before);
  let sum = 0;
  let hash = 2_166_136_261;
  for (const count of counts) {
    sum += count;
    hash = Math.imul(hash ^ count, 16_777_619) >>> 0;
  }
  return { time: ((user + system) * 1_000) / times, sum, hash };
}

function compileC(folder: string): string | undefined {
  const program = path.join(folder, "plain");
  const source = path.join(import.meta.dirname, "plain.c");
  const { error, status } = spawnSync("cc", ["-O3", "-ffp-contract=off", source, "-o", program], { stdio: "inherit" });
  return error === undefined && status === 0 ? program : undefined;
}

function runC(program: string, { re, im, span, width, height, iterations }: View): Run {
  const output = execFileSync(program, [re, im, span, width, height, iterations, 1].map(String), { encoding: "utf8" });
  const [time = Number.NaN, sum = Number.NaN, hash = Number.NaN] = output.split(" ").map(Number);
  return { time, sum, hash };
}

const milliseconds = (run: Run | undefined) => (run === undefined ? "-" : (run.time / 1e6).toFixed(2)).padStart(9);
const ratio = (value: number) => (Number.isFinite(value) ? `${value.toFixed(value < 100 ? 2 : 0)}x` : "-").padStart(9);

const folder = mkdtempSync(path.join(os.tmpdir(), "mandelbrot-bench-"));
try {
  const program = compileC(folder);
  if (program === undefined) {
    console.log("No C compiler (cc): nothing to compare with, times only.");
  }
  const module = loadModule(await compileWasm());
  if (module === undefined) {
    console.log("No WebAssembly SIMD here: the column is JavaScript again.");
  }
  const simd = createPainter(module);
  const scalar = createPainter();
  let differ = 0;
  let nanosecondsOfC = Number.POSITIVE_INFINITY;
  const heading = ["C -O3", "js", "simd", "js / C", "simd / C"].map((text) => text.padStart(9)).join("");
  console.log(`${"one core, ms of processor time; speed".padEnd(40)}${heading}`);
  for (const [name, view] of [...shallow, ...deep]) {
    let c: Run | undefined;
    let js: Run | undefined;
    let wasm: Run | undefined;
    for (let round = 0; round < rounds; round += 1) {
      c = best(c, program === undefined || view.span < tooDeepForC ? undefined : runC(program, view));
      js = best(js, paint(scalar, view));
      wasm = best(wasm, paint(simd, view));
    }
    const same = js?.hash === wasm?.hash && (c === undefined || c.hash === js?.hash);
    differ += same ? 0 : 1;
    if (c !== undefined) {
      nanosecondsOfC = Math.min(nanosecondsOfC, c.time / c.sum);
    }
    // What C would take, were its doubles enough: its best time for an iteration, for as many.
    const expected = isDeep(view) ? nanosecondsOfC * (wasm?.sum ?? 0) : (c?.time ?? Number.NaN);
    const against = (run: Run | undefined) => ratio(expected / (run?.time ?? Number.NaN));
    const figures = `${milliseconds(c)}${milliseconds(js)}${milliseconds(wasm)}${against(js)}${against(wasm)}`;
    console.log(`${name.padEnd(40)}${figures}${isDeep(view) ? " *" : ""}${same ? "" : "  COUNTS DIFFER"}`);
  }
  console.log("* beyond doubles: against what C's loop takes for as many iterations, were it precise enough");
  process.exitCode = differ === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
