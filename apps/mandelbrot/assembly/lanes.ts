// Eight lanes, two to a vector, that each iterate a point of their own; a lane whose point is settled takes the next
// one from the queue. The four vectors do not depend on each other, so that one computes while another waits.
import { plainCount } from "./plain";

/** Bytes of a queued point: x, y, re, im (doubles), then the address of its count (4 bytes) and padding. */
const entrySize: usize = 40;

/** Points that the queue holds; a sweep adds up to eight. */
const capacity: usize = 8192;

/** Iterations of a block, between two looks for escaped lanes. */
const block: u32 = 8;

/** Blocks between two looks for cycles: 24 iterations, a multiple of the most frequent periods. */
const look: u32 = 3;

// Arrays of eight, one value a lane, by their distance from the start of the scratch memory.
const xs: usize = 0;
const ys: usize = 64;
const res: usize = 128;
const ims: usize = 192;
/** z at the start of the block that an orbit escaped in. */
const blockXs: usize = 256;
const blockYs: usize = 320;
/** z that later ones are compared with, to find cycles. */
const savedXs: usize = 384;
const savedYs: usize = 448;
/** Address of the count; 0 for a lane that idles. */
const targets: usize = 512;
/** Block, of all that were run, at which the lane's point began. */
const begins: usize = 544;
/** Age, in blocks, at which to save z again. */
const saves: usize = 576;
const lanesSize: usize = 640;

/** Bytes of scratch memory that lanes and queue take. */
export const workBytes: usize = lanesSize + entrySize * (capacity + 8);

let work: usize = 0;
let queueEnd: usize = 0;
let queueNext: usize = 0;

export function resetQueue(memory: usize): void {
  work = memory;
  queueNext = memory + lanesSize;
  queueEnd = queueNext;
}

export function isFull(): bool {
  return queueEnd - work > lanesSize + entrySize * capacity - 8 * entrySize;
}

export function push(x: f64, y: f64, re: f64, im: f64, target: usize): void {
  const entry = queueEnd;
  store<f64>(entry, x);
  store<f64>(entry, y, 8);
  store<f64>(entry, re, 16);
  store<f64>(entry, im, 24);
  store<u32>(entry, <u32>target, 32);
  queueEnd = entry + entrySize;
}

/**
 * Settles every queued point and empties the queue.
 *
 * @param first n of the z(n) that points are queued with
 */
export function drain(first: u32, iterations: u32): void {
  if (iterations > first && queueNext < queueEnd) {
    run(first, iterations);
  } else {
    // The count is at least `first`, so it is the limit.
    for (; queueNext < queueEnd; queueNext += entrySize) {
      store<u32>(<usize>load<u32>(queueNext, 32), iterations);
    }
  }
  resetQueue(work);
}

function run(first: u32, iterations: u32): void {
  /** Age, in blocks, at which a point that has not escaped reaches the limit. */
  const lifetime = (iterations - first + block - 1) / block;
  let now: u32 = 0;
  let busy = 0;
  for (let lane: usize = 0; lane < 8; lane += 1) {
    busy += refill(lane, 0);
  }
  /** No lane reaches the limit before this block, and none has to save before the other. */
  let deadline = lifetime;
  let nextSave = look;
  while (busy > 0) {
    const result = advance(min(look, deadline - now));
    now += result >> 16;
    const escaped = result & 0xff;
    let settled = escaped | ((result >> 8) & 0xff);
    if (now >= deadline) {
      deadline = u32.MAX_VALUE;
      for (let lane: usize = 0; lane < 8; lane += 1) {
        const end = load<u32>(work + (lane << 2), begins) + lifetime;
        if (end <= now) {
          settled |= 1 << (<u32>lane);
        } else {
          deadline = min(deadline, end);
        }
      }
      deadline = min(deadline, now + lifetime);
    }
    if (now >= nextSave) {
      nextSave = saveAll(now);
    }
    for (; settled !== 0; settled &= settled - 1) {
      const lane = <usize>ctz(settled);
      const at = work + (lane << 2);
      const target = <usize>load<u32>(at, targets);
      if (target !== 0) {
        busy -= 1;
        let count = iterations;
        if ((escaped >> (<u32>lane)) & 1) {
          const wide = work + (lane << 3);
          const start = first + (now - 1 - load<u32>(at, begins)) * block;
          const x = load<f64>(wide, blockXs);
          const y = load<f64>(wide, blockYs);
          count = plainCount(x, y, load<f64>(wide, res), load<f64>(wide, ims), start, iterations);
        }
        store<u32>(target, count);
      }
      busy += refill(lane, now);
      nextSave = min(nextSave, now + look);
    }
  }
}

/** Saves the z of the lanes that are to; returns the block at which the next one is. */
function saveAll(now: u32): u32 {
  let next = u32.MAX_VALUE;
  for (let lane: usize = 0; lane < 8; lane += 1) {
    const at = work + (lane << 2);
    const begin = load<u32>(at, begins);
    const age = now - begin;
    let save = load<u32>(at, saves);
    if (age >= save) {
      const wide = work + (lane << 3);
      store<f64>(wide, load<f64>(wide, xs), savedXs);
      store<f64>(wide, load<f64>(wide, ys), savedYs);
      save = age << 1;
      store<u32>(at, save, saves);
    }
    next = min(next, begin + save);
  }
  return next;
}

/** Gives a lane the next queued point, or one that stays at 0 for ever; returns 1 or 0. */
function refill(lane: usize, now: u32): i32 {
  const at = work + (lane << 2);
  const wide = work + (lane << 3);
  store<u32>(at, now, begins);
  store<u32>(at, look, saves);
  // Not a number is equal to nothing.
  store<f64>(wide, NaN, savedXs);
  const entry = queueNext;
  if (entry >= queueEnd) {
    store<f64>(wide, 0.0, xs);
    store<f64>(wide, 0.0, ys);
    store<f64>(wide, 0.0, res);
    store<f64>(wide, 0.0, ims);
    store<u32>(at, 0, targets);
    return 0;
  }
  queueNext = entry + entrySize;
  store<f64>(wide, load<f64>(entry), xs);
  store<f64>(wide, load<f64>(entry, 8), ys);
  store<f64>(wide, load<f64>(entry, 16), res);
  store<f64>(wide, load<f64>(entry, 24), ims);
  store<u32>(at, load<u32>(entry, 32), targets);
  return 1;
}

/**
 * Runs up to `blocks` blocks, and no further than the first in which a lane escapes.
 *
 * @returns bits 0 to 7: lanes that escaped in the last block; 8 to 15: lanes whose z equals the saved one; from 16:
 *   blocks that were run
 */
function advance(blocks: u32): u32 {
  const lanes = work;
  // c is read again in each iteration: with it, there would be more vectors than registers.
  const four = f64x2.splat(4.0);
  let x0 = v128.load(lanes, xs);
  let x1 = v128.load(lanes, xs + 16);
  let x2 = v128.load(lanes, xs + 32);
  let x3 = v128.load(lanes, xs + 48);
  let y0 = v128.load(lanes, ys);
  let y1 = v128.load(lanes, ys + 16);
  let y2 = v128.load(lanes, ys + 32);
  let y3 = v128.load(lanes, ys + 48);
  let ran: u32 = 0;
  let escaped: u32 = 0;
  do {
    v128.store(lanes, x0, blockXs);
    v128.store(lanes, x1, blockXs + 16);
    v128.store(lanes, x2, blockXs + 32);
    v128.store(lanes, x3, blockXs + 48);
    v128.store(lanes, y0, blockYs);
    v128.store(lanes, y1, blockYs + 16);
    v128.store(lanes, y2, blockYs + 32);
    v128.store(lanes, y3, blockYs + 48);
    for (let step: u32 = 0; step < block; step += 1) {
      const p0 = f64x2.mul(x0, x0);
      const p1 = f64x2.mul(x1, x1);
      const p2 = f64x2.mul(x2, x2);
      const p3 = f64x2.mul(x3, x3);
      const s0 = f64x2.add(x0, x0);
      const s1 = f64x2.add(x1, x1);
      const s2 = f64x2.add(x2, x2);
      const s3 = f64x2.add(x3, x3);
      const q0 = f64x2.mul(y0, y0);
      const q1 = f64x2.mul(y1, y1);
      const q2 = f64x2.mul(y2, y2);
      const q3 = f64x2.mul(y3, y3);
      y0 = f64x2.add(f64x2.mul(s0, y0), v128.load(lanes, ims));
      y1 = f64x2.add(f64x2.mul(s1, y1), v128.load(lanes, ims + 16));
      y2 = f64x2.add(f64x2.mul(s2, y2), v128.load(lanes, ims + 32));
      y3 = f64x2.add(f64x2.mul(s3, y3), v128.load(lanes, ims + 48));
      x0 = f64x2.add(f64x2.sub(p0, q0), v128.load(lanes, res));
      x1 = f64x2.add(f64x2.sub(p1, q1), v128.load(lanes, res + 16));
      x2 = f64x2.add(f64x2.sub(p2, q2), v128.load(lanes, res + 32));
      x3 = f64x2.add(f64x2.sub(p3, q3), v128.load(lanes, res + 48));
    }
    ran += 1;
    const m0 = f64x2.le(f64x2.add(f64x2.mul(x0, x0), f64x2.mul(y0, y0)), four);
    const m1 = f64x2.le(f64x2.add(f64x2.mul(x1, x1), f64x2.mul(y1, y1)), four);
    const m2 = f64x2.le(f64x2.add(f64x2.mul(x2, x2), f64x2.mul(y2, y2)), four);
    const m3 = f64x2.le(f64x2.add(f64x2.mul(x3, x3), f64x2.mul(y3, y3)), four);
    if (!i64x2.all_true(v128.and(v128.and(m0, m1), v128.and(m2, m3)))) {
      escaped =
        0xff ^ (i64x2.bitmask(m0) | (i64x2.bitmask(m1) << 2) | (i64x2.bitmask(m2) << 4) | (i64x2.bitmask(m3) << 6));
      break;
    }
  } while (ran < blocks);
  v128.store(lanes, x0, xs);
  v128.store(lanes, x1, xs + 16);
  v128.store(lanes, x2, xs + 32);
  v128.store(lanes, x3, xs + 48);
  v128.store(lanes, y0, ys);
  v128.store(lanes, y1, ys + 16);
  v128.store(lanes, y2, ys + 32);
  v128.store(lanes, y3, ys + 48);
  const c0 = v128.and(f64x2.eq(x0, v128.load(lanes, savedXs)), f64x2.eq(y0, v128.load(lanes, savedYs)));
  const c1 = v128.and(f64x2.eq(x1, v128.load(lanes, savedXs + 16)), f64x2.eq(y1, v128.load(lanes, savedYs + 16)));
  const c2 = v128.and(f64x2.eq(x2, v128.load(lanes, savedXs + 32)), f64x2.eq(y2, v128.load(lanes, savedYs + 32)));
  const c3 = v128.and(f64x2.eq(x3, v128.load(lanes, savedXs + 48)), f64x2.eq(y3, v128.load(lanes, savedYs + 48)));
  const cycling = i64x2.bitmask(c0) | (i64x2.bitmask(c1) << 2) | (i64x2.bitmask(c2) << 4) | (i64x2.bitmask(c3) << 6);
  return escaped | (cycling << 8) | (ran << 16);
}
