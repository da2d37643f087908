/**
 * Whether a point is in the main cardioid or the period-2 bulb, which are inside the set.
 *
 * The test's own rounding can take in points within some 1e-16 outside of the two. Those escape after 1e8 iterations
 * or more (a point d beyond the cusp takes about π / √d, next to where the two touch about π / √d too), far above the
 * iterations that a view may have, so that this test never changes a count.
 */
export function isInterior(re: number, im: number): boolean {
  const yy = im * im;
  const x = re - 0.25;
  const q = x * x + yy;
  const left = re + 1;
  return q * (q + x) <= 0.25 * yy || left * left + yy <= 0.0625;
}
