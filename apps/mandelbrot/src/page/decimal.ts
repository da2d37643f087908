/**
 * A fixed-point number as a decimal, rounded to the nearest with so many places, without zeros at its end.
 *
 * @param bits after the point
 */
export function formatFixed(value: bigint, bits: number, places: number): string {
  const magnitude = value < 0n ? -value : value;
  const rounded = (((magnitude * 10n ** BigInt(places)) << 1n) + (1n << BigInt(bits))) >> BigInt(bits + 1);
  if (rounded === 0n) {
    return "0";
  }
  const digits = rounded.toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Decimal places that tell thousandths of a pixel apart. */
export function placesFor(pixel: number): number {
  return Math.max(0, Math.ceil(-Math.log10(pixel))) + 3;
}
