// Counts of a shallow tile. A sweep over the tile settles the points that are inside the cardioid or the bulb and those
// that escape early, eight neighbours at a time; what is left is queued, and the lanes of `./lanes` work on that.
import { drain, isFull, push, resetQueue } from "./lanes";
import { plainCount } from "./plain";

/** Iterations of the sweep, a multiple of 4. Neighbours escape together while counts are low. */
const sweepIterations: u32 = 24;

/**
 * From |c|² this near to 4 on, rounding could bring an escaped orbit back to |z|² = 4, so that counts have to be made
 * one iteration at a time. Below it, |z| > 2 implies that |z² + c| exceeds |z| by more than all rounding: an orbit that
 * has escaped stays so, through infinity and NaN, and a look every few iterations is enough.
 */
const rim: f64 = 4.0 - 1.0 / <f64>((<u64>1) << 40);

/**
 * @param columns real parts: `width` doubles
 * @param rows imaginary parts: `height` doubles
 * @param width a multiple of 8
 * @param counts where the counts go: `width * height` times 4 bytes, row by row
 * @param work scratch memory, as `shallowWorkSize()` says
 */
export function countShallow(
  columns: usize,
  rows: usize,
  width: i32,
  height: i32,
  iterations: u32,
  counts: usize,
  work: usize,
): void {
  resetQueue(work);
  for (let row = 0; row < height; row += 1) {
    const im = load<f64>(rows + ((<usize>row) << 3));
    for (let column = 0; column < width; column += 8) {
      sweep(columns + ((<usize>column) << 3), im, iterations, counts + ((<usize>(row * width + column)) << 2));
      if (isFull()) {
        drain(sweepIterations + 1, iterations);
      }
    }
  }
  drain(sweepIterations + 1, iterations);
}

function sweep(columns: usize, im: f64, iterations: u32, counts: usize): void {
  const a0 = v128.load(columns);
  const a1 = v128.load(columns, 16);
  const a2 = v128.load(columns, 32);
  const a3 = v128.load(columns, 48);
  const b = f64x2.splat(im);
  const bb = f64x2.mul(b, b);
  const i0 = interior(a0, bb);
  const i1 = interior(a1, bb);
  const i2 = interior(a2, bb);
  const i3 = interior(a3, bb);
  if (v128.any_true(v128.or(v128.or(onRim(a0, bb), onRim(a1, bb)), v128.or(onRim(a2, bb), onRim(a3, bb))))) {
    for (let lane: usize = 0; lane < 8; lane += 1) {
      store<u32>(counts + (lane << 2), plainCount(0.0, 0.0, load<f64>(columns + (lane << 3)), im, 0, iterations));
    }
    return;
  }
  const four = f64x2.splat(4.0);
  // z(1) is c itself: a lane's count is 1 and one more for each iteration that it is alive at.
  let x0 = a0;
  let x1 = a1;
  let x2 = a2;
  let x3 = a3;
  let y0 = b;
  let y1 = b;
  let y2 = b;
  let y3 = b;
  let n0 = i64x2.splat(1);
  let n1 = n0;
  let n2 = n0;
  let n3 = n0;
  let m0 = v128.not(i0);
  let m1 = v128.not(i1);
  let m2 = v128.not(i2);
  let m3 = v128.not(i3);
  let left = sweepIterations;
  while (v128.any_true(v128.or(v128.or(m0, m1), v128.or(m2, m3)))) {
    if (left === 0) {
      queue(m0, x0, y0, a0, im, counts);
      queue(m1, x1, y1, a1, im, counts + 8);
      queue(m2, x2, y2, a2, im, counts + 16);
      queue(m3, x3, y3, a3, im, counts + 24);
      break;
    }
    left -= 4;
    for (let step = 0; step < 4; step += 1) {
      const p0 = f64x2.mul(x0, x0);
      const p1 = f64x2.mul(x1, x1);
      const p2 = f64x2.mul(x2, x2);
      const p3 = f64x2.mul(x3, x3);
      const q0 = f64x2.mul(y0, y0);
      const q1 = f64x2.mul(y1, y1);
      const q2 = f64x2.mul(y2, y2);
      const q3 = f64x2.mul(y3, y3);
      m0 = v128.and(m0, f64x2.le(f64x2.add(p0, q0), four));
      m1 = v128.and(m1, f64x2.le(f64x2.add(p1, q1), four));
      m2 = v128.and(m2, f64x2.le(f64x2.add(p2, q2), four));
      m3 = v128.and(m3, f64x2.le(f64x2.add(p3, q3), four));
      n0 = i64x2.sub(n0, m0);
      n1 = i64x2.sub(n1, m1);
      n2 = i64x2.sub(n2, m2);
      n3 = i64x2.sub(n3, m3);
      y0 = f64x2.add(f64x2.mul(f64x2.add(x0, x0), y0), b);
      y1 = f64x2.add(f64x2.mul(f64x2.add(x1, x1), y1), b);
      y2 = f64x2.add(f64x2.mul(f64x2.add(x2, x2), y2), b);
      y3 = f64x2.add(f64x2.mul(f64x2.add(x3, x3), y3), b);
      x0 = f64x2.add(f64x2.sub(p0, q0), a0);
      x1 = f64x2.add(f64x2.sub(p1, q1), a1);
      x2 = f64x2.add(f64x2.sub(p2, q2), a2);
      x3 = f64x2.add(f64x2.sub(p3, q3), a3);
    }
  }
  // The low halves of the eight 64-bit counts, then the cap, then the interior.
  const cap = i32x4.splat(iterations);
  const low = i32x4.min_u(i32x4.shuffle(n0, n1, 0, 2, 4, 6), cap);
  const high = i32x4.min_u(i32x4.shuffle(n2, n3, 0, 2, 4, 6), cap);
  v128.store(counts, v128.bitselect(cap, low, i32x4.shuffle(i0, i1, 0, 2, 4, 6)));
  v128.store(counts, v128.bitselect(cap, high, i32x4.shuffle(i2, i3, 0, 2, 4, 6)), 16);
}

/** `isInterior` in src/kernel/interior.ts, for two points. */
function interior(a: v128, bb: v128): v128 {
  const x = f64x2.sub(a, f64x2.splat(0.25));
  const q = f64x2.add(f64x2.mul(x, x), bb);
  const cardioid = f64x2.le(f64x2.mul(q, f64x2.add(q, x)), f64x2.mul(f64x2.splat(0.25), bb));
  const left = f64x2.add(a, f64x2.splat(1.0));
  const bulb = f64x2.le(f64x2.add(f64x2.mul(left, left), bb), f64x2.splat(0.0625));
  return v128.or(cardioid, bulb);
}

function onRim(a: v128, bb: v128): v128 {
  const cc = f64x2.add(f64x2.mul(a, a), bb);
  return v128.and(f64x2.ge(cc, f64x2.splat(rim)), f64x2.le(cc, f64x2.splat(4.0)));
}

/** Queues the lanes of `mask`, both with z(sweepIterations + 1). */
function queue(mask: v128, x: v128, y: v128, a: v128, im: f64, counts: usize): void {
  const bits = i64x2.bitmask(mask);
  if (bits & 1) {
    push(f64x2.extract_lane(x, 0), f64x2.extract_lane(y, 0), f64x2.extract_lane(a, 0), im, counts);
  }
  if (bits & 2) {
    push(f64x2.extract_lane(x, 1), f64x2.extract_lane(y, 1), f64x2.extract_lane(a, 1), im, counts + 4);
  }
}
