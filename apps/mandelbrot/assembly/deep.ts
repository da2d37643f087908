// Counts of a deep tile by perturbation, with the same operations in the same order as src/kernel/perturbation.ts,
// which explains them. Where d is too large for any leap, four lanes step together; else each point goes by itself.

/** Iterations of the shortest leap, `shortest` in src/kernel/leaps.ts, and as a power of 2. */
const shortest: u32 = 8;
const shortestPower: u32 = 3;

/** Bytes of a leap: radius, Re A, Im A, Re B, Im B. */
const leapBytes: u32 = 40;

/** |d|² from which no leap holds: 2^-102. A leap needs |d| below `largestRadius` of src/kernel/leaps.ts, some 2^-51. */
const large: f64 = 1.0 / <f64>((<u64>1) << 51) / <f64>((<u64>1) << 51);

/** Between these, escape is decided by the orbit's excess, as in src/kernel/perturbation.ts. */
const nearEscape: f64 = 4.0 - 1.0 / <f64>((<u64>1) << 40);
const farEscape: f64 = 4.0 + 1.0 / <f64>((<u64>1) << 40);

const lanes: u32 = 4;

// Arrays of four, one value a lane, by their distance from the start of the scratch memory.
const drs: usize = 0;
const dis: usize = 32;
const res: usize = 64;
const ims: usize = 96;
const savedRes: usize = 128;
const savedIms: usize = 160;
/** Address of Z(m). */
const places: usize = 192;
const counted: usize = 208;
/** Address of the count. */
const targets: usize = 224;
const rebases: usize = 240;
const saves: usize = 256;

/** Bytes of scratch memory. */
export const deepWorkBytes: usize = 320;

let work: usize = 0;
let orbit: usize = 0;
let excesses: usize = 0;
let leapLevels: usize = 0;
let levelCount: u32 = 0;
let limit: u32 = 0;

let columnsAt: usize = 0;
let rowsAt: usize = 0;
let countsAt: usize = 0;
let tileWidth: u32 = 0;
let tileSize: u32 = 0;
let nextPixel: u32 = 0;

/** What `advance` saw in its last step, a bit a lane: |z|² above `nearEscape`, z nearer to 0 than to Z, d small. */
let outer: i32 = 0;
let nearer: i32 = 0;
let small: i32 = 0;

/**
 * @param z the centre's orbit: real part, imaginary part (doubles), and so on
 * @param excess |Z|² - 4 along that orbit (doubles)
 * @param levels addresses (4 bytes) of each level's leaps
 * @param levelsLength how many levels
 * @param columns distances from the centre: `width` doubles
 * @param rows `height` doubles
 * @param counts where the counts go: `width * height` times 4 bytes, row by row
 * @param memory scratch memory, as `deepWorkSize()` says
 */
export function countDeep(
  z: usize,
  excess: usize,
  levels: usize,
  levelsLength: u32,
  columns: usize,
  rows: usize,
  width: u32,
  height: u32,
  iterations: u32,
  counts: usize,
  memory: usize,
): void {
  work = memory;
  orbit = z;
  excesses = excess;
  leapLevels = levels;
  levelCount = levelsLength;
  limit = iterations;
  columnsAt = columns;
  rowsAt = rows;
  countsAt = counts;
  tileWidth = width;
  tileSize = width * height;
  nextPixel = 0;
  let idle: i32 = 0;
  for (let lane: u32 = 0; lane < lanes; lane += 1) {
    idle |= take(lane) ? 0 : 1 << lane;
  }
  while (idle === 0) {
    let steps = limit;
    for (let lane: u32 = 0; lane < lanes; lane += 1) {
      steps = min(steps, limit - load<u32>(work + (lane << 2), counted));
    }
    const ran = advance(steps);
    for (let lane: u32 = 0; lane < lanes; lane += 1) {
      const at = work + (lane << 2);
      const count = load<u32>(at, counted) + ran;
      store<u32>(at, count, counted);
      const bit = 1 << lane;
      let settled = false;
      if (count >= limit || (outer & bit && hasEscaped(lane))) {
        store<u32>(<usize>load<u32>(at, targets), count);
        settled = true;
      } else if (nearer & bit) {
        settled = rebase(lane);
      } else if (small & bit) {
        settled = goAlone(lane, false);
      }
      if (settled && !take(lane)) {
        idle |= bit;
      }
    }
  }
  // No pixels are left to fill all lanes with.
  for (let lane: u32 = 0; lane < lanes; lane += 1) {
    if (!(idle & (1 << lane))) {
      goAlone(lane, true);
    }
  }
}

/** Gives a lane the next pixel that is not settled before its d is large; false if there is none. */
function take(lane: u32): bool {
  while (nextPixel < tileSize) {
    const pixel = nextPixel;
    nextPixel += 1;
    const at = work + (lane << 2);
    const wide = work + (lane << 3);
    store<f64>(wide, 0.0, drs);
    store<f64>(wide, 0.0, dis);
    store<f64>(wide, load<f64>(columnsAt + ((pixel % tileWidth) << 3)), res);
    store<f64>(wide, load<f64>(rowsAt + ((pixel / tileWidth) << 3)), ims);
    store<f64>(wide, NaN, savedRes);
    store<u32>(at, <u32>orbit, places);
    store<u32>(at, 0, counted);
    store<u32>(at, <u32>(countsAt + (pixel << 2)), targets);
    store<u32>(at, 0, rebases);
    store<u32>(at, 1, saves);
    if (!goAlone(lane, false)) {
      return true;
    }
  }
  return false;
}

/** Whether a lane's point, |z|² being above `nearEscape` after a step of `advance`, has escaped. */
function hasEscaped(lane: u32): bool {
  const wide = work + (lane << 3);
  const place = <usize>load<u32>(work + (lane << 2), places);
  const dr = load<f64>(wide, drs);
  const di = load<f64>(wide, dis);
  const zr = load<f64>(place) + dr;
  const zi = load<f64>(place, 8) + di;
  return isBeyond(place, dr, di, zr * zr + zi * zi, dr * dr + di * di);
}

function isBeyond(place: usize, dr: f64, di: f64, zz: f64, dd: f64): bool {
  return (
    zz > farEscape ||
    load<f64>(excesses + ((place - orbit) >> 1)) + (2.0 * (load<f64>(place) * dr + load<f64>(place, 8) * di) + dd) > 0.0
  );
}

/** Rebases a lane after a step of `advance`; true if its point is settled. */
function rebase(lane: u32): bool {
  const at = work + (lane << 2);
  const wide = work + (lane << 3);
  const place = <usize>load<u32>(at, places);
  const zr = load<f64>(place) + load<f64>(wide, drs);
  const zi = load<f64>(place, 8) + load<f64>(wide, dis);
  if (isCycle(lane, zr, zi)) {
    store<u32>(<usize>load<u32>(at, targets), limit);
    return true;
  }
  store<f64>(wide, zr, drs);
  store<f64>(wide, zi, dis);
  store<u32>(at, <u32>orbit, places);
  return zr * zr + zi * zi < large ? goAlone(lane, false) : false;
}

/** Whether the point comes back to an earlier d of its own; remembers d at the rebases 1, 2, 4, …. */
function isCycle(lane: u32, dr: f64, di: f64): bool {
  const at = work + (lane << 2);
  const wide = work + (lane << 3);
  if (dr === load<f64>(wide, savedRes) && di === load<f64>(wide, savedIms)) {
    return true;
  }
  const rebased = load<u32>(at, rebases) + 1;
  store<u32>(at, rebased, rebases);
  if (rebased === load<u32>(at, saves)) {
    store<u32>(at, rebased << 1, saves);
    store<f64>(wide, dr, savedRes);
    store<f64>(wide, di, savedIms);
  }
  return false;
}

/**
 * Iterates one lane's point, with leaps, to the end, or until d is large.
 *
 * @returns whether the point is settled
 */
function goAlone(lane: u32, toTheEnd: bool): bool {
  const at = work + (lane << 2);
  const wide = work + (lane << 3);
  const target = <usize>load<u32>(at, targets);
  const re = load<f64>(wide, res);
  const im = load<f64>(wide, ims);
  let dr = load<f64>(wide, drs);
  let di = load<f64>(wide, dis);
  let place = <usize>load<u32>(at, places);
  let count = load<u32>(at, counted);
  let zr = load<f64>(place) + dr;
  let zi = load<f64>(place, 8) + di;
  while (count < limit) {
    const m = <u32>((place - orbit) >> 4);
    let leap: usize = 0;
    let length: u32 = 0;
    if ((m & (shortest - 1)) === 1) {
      const size = Math.abs(dr) + Math.abs(di);
      let index = m >> shortestPower;
      for (let level: u32 = 0; level < levelCount; level += 1) {
        const candidate = <usize>load<u32>(leapLevels + (level << 2)) + index * leapBytes;
        // Beyond its last leap, a level has one of radius 0.
        if (!(size < load<f64>(candidate))) {
          break;
        }
        leap = candidate;
        length = shortest << level;
        if (index & 1) {
          break;
        }
        index >>= 1;
      }
    }
    if (leap !== 0) {
      const ar = load<f64>(leap, 8);
      const ai = load<f64>(leap, 16);
      const br = load<f64>(leap, 24);
      const bi = load<f64>(leap, 32);
      const next = ar * dr - ai * di + (br * re - bi * im);
      di = ar * di + ai * dr + (br * im + bi * re);
      dr = next;
      place += (<usize>length) << 4;
      count += length;
    } else {
      const ar = load<f64>(place) + zr;
      const ai = load<f64>(place, 8) + zi;
      const next = ar * dr - ai * di + re;
      di = ar * di + ai * dr + im;
      dr = next;
      place += 16;
      count += 1;
    }
    zr = load<f64>(place) + dr;
    zi = load<f64>(place, 8) + di;
    const zz = zr * zr + zi * zi;
    let dd = dr * dr + di * di;
    if (zz > nearEscape && isBeyond(place, dr, di, zz, dd)) {
      store<u32>(target, min(count, limit));
      return true;
    }
    if (zz <= dd) {
      dr = zr;
      di = zi;
      dd = zz;
      place = orbit;
      if (isCycle(lane, dr, di)) {
        break;
      }
    }
    if (!toTheEnd && dd >= large) {
      if (count >= limit) {
        break;
      }
      store<f64>(wide, dr, drs);
      store<f64>(wide, di, dis);
      store<u32>(at, <u32>place, places);
      store<u32>(at, count, counted);
      return false;
    }
  }
  store<u32>(target, limit);
  return true;
}

/**
 * Steps all lanes, up to `steps` times (at least once), and no further than the first step after which one may have
 * escaped, is to be rebased or has a small d; these are then in `outer`, `nearer` and `small`.
 *
 * @returns steps that were made
 */
function advance(steps: u32): u32 {
  const near = f64x2.splat(nearEscape);
  const least = f64x2.splat(large);
  const memory = work;
  let dr0 = v128.load(work, drs);
  let dr1 = v128.load(work, drs + 16);
  let di0 = v128.load(work, dis);
  let di1 = v128.load(work, dis + 16);
  let p0 = <usize>load<u32>(work, places);
  let p1 = <usize>load<u32>(work, places + 4);
  let p2 = <usize>load<u32>(work, places + 8);
  let p3 = <usize>load<u32>(work, places + 12);
  let z0 = v128.load(p0);
  let z1 = v128.load(p1);
  let z2 = v128.load(p2);
  let z3 = v128.load(p3);
  // 2 Z + d, as Z + z.
  let ar0 = f64x2.shuffle(z0, z1, 0, 2);
  let ai0 = f64x2.shuffle(z0, z1, 1, 3);
  let ar1 = f64x2.shuffle(z2, z3, 0, 2);
  let ai1 = f64x2.shuffle(z2, z3, 1, 3);
  ar0 = f64x2.add(ar0, f64x2.add(ar0, dr0));
  ai0 = f64x2.add(ai0, f64x2.add(ai0, di0));
  ar1 = f64x2.add(ar1, f64x2.add(ar1, dr1));
  ai1 = f64x2.add(ai1, f64x2.add(ai1, di1));
  let zz0: v128;
  let zz1: v128;
  let dd0: v128;
  let dd1: v128;
  let flags: v128;
  let ran: u32 = 0;
  do {
    ran += 1;
    // dc is read again in each step: with it, there would be more vectors than registers.
    const next0 = f64x2.add(f64x2.sub(f64x2.mul(ar0, dr0), f64x2.mul(ai0, di0)), v128.load(memory, res));
    const next1 = f64x2.add(f64x2.sub(f64x2.mul(ar1, dr1), f64x2.mul(ai1, di1)), v128.load(memory, res + 16));
    di0 = f64x2.add(f64x2.add(f64x2.mul(ar0, di0), f64x2.mul(ai0, dr0)), v128.load(memory, ims));
    di1 = f64x2.add(f64x2.add(f64x2.mul(ar1, di1), f64x2.mul(ai1, dr1)), v128.load(memory, ims + 16));
    dr0 = next0;
    dr1 = next1;
    z0 = v128.load(p0, 16);
    z1 = v128.load(p1, 16);
    z2 = v128.load(p2, 16);
    z3 = v128.load(p3, 16);
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    const x0 = f64x2.shuffle(z0, z1, 0, 2);
    const y0 = f64x2.shuffle(z0, z1, 1, 3);
    const x1 = f64x2.shuffle(z2, z3, 0, 2);
    const y1 = f64x2.shuffle(z2, z3, 1, 3);
    const zr0 = f64x2.add(x0, dr0);
    const zi0 = f64x2.add(y0, di0);
    const zr1 = f64x2.add(x1, dr1);
    const zi1 = f64x2.add(y1, di1);
    ar0 = f64x2.add(x0, zr0);
    ai0 = f64x2.add(y0, zi0);
    ar1 = f64x2.add(x1, zr1);
    ai1 = f64x2.add(y1, zi1);
    zz0 = f64x2.add(f64x2.mul(zr0, zr0), f64x2.mul(zi0, zi0));
    zz1 = f64x2.add(f64x2.mul(zr1, zr1), f64x2.mul(zi1, zi1));
    dd0 = f64x2.add(f64x2.mul(dr0, dr0), f64x2.mul(di0, di0));
    dd1 = f64x2.add(f64x2.mul(dr1, dr1), f64x2.mul(di1, di1));
    flags = v128.or(
      v128.or(v128.or(f64x2.gt(zz0, near), f64x2.le(zz0, dd0)), f64x2.lt(dd0, least)),
      v128.or(v128.or(f64x2.gt(zz1, near), f64x2.le(zz1, dd1)), f64x2.lt(dd1, least)),
    );
  } while (!v128.any_true(flags) && ran < steps);
  outer = i64x2.bitmask(f64x2.gt(zz0, near)) | (i64x2.bitmask(f64x2.gt(zz1, near)) << 2);
  nearer = i64x2.bitmask(f64x2.le(zz0, dd0)) | (i64x2.bitmask(f64x2.le(zz1, dd1)) << 2);
  small = i64x2.bitmask(f64x2.lt(dd0, least)) | (i64x2.bitmask(f64x2.lt(dd1, least)) << 2);
  v128.store(work, dr0, drs);
  v128.store(work, dr1, drs + 16);
  v128.store(work, di0, dis);
  v128.store(work, di1, dis + 16);
  store<u32>(work, <u32>p0, places);
  store<u32>(work, <u32>p1, places + 4);
  store<u32>(work, <u32>p2, places + 8);
  store<u32>(work, <u32>p3, places + 12);
  return ran;
}
