/**
 * The count of a point, in doubles: what every kernel for shallow views must give, bit for bit.
 *
 * With z(0) = 0 and z(n + 1) = z(n)² + c, it is the first n with |z(n)|² > 4, or `iterations` if there is none below
 * `iterations`. A point inside the set thus has the count `iterations`; no point has the count 0.
 *
 * Each operation is rounded by itself (IEEE 754 double, to nearest), without fused multiply-add, in this order:
 * |z|² = x x + y y, y' = (x + x) y + im, x' = (x x - y y) + re.
 */
export function escapeCount(re: number, im: number, iterations: number): number {
  let x = 0;
  let y = 0;
  for (let count = 0; count < iterations; count += 1) {
    const xx = x * x;
    const yy = y * y;
    if (xx + yy > 4) {
      return count;
    }
    y = (x + x) * y + im;
    x = xx - yy + re;
  }
  return iterations;
}
