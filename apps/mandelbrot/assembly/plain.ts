/**
 * Goes on with an orbit, one iteration at a time: the count of a point whose z(count) is (x, y), as `escapeCount` in
 * src/kernel/count.ts.
 */
export function plainCount(x: f64, y: f64, re: f64, im: f64, count: u32, iterations: u32): u32 {
  for (; count < iterations; count += 1) {
    const xx = x * x;
    const yy = y * y;
    if (xx + yy > 4.0) {
      return count;
    }
    y = (x + x) * y + im;
    x = xx - yy + re;
  }
  return iterations;
}
