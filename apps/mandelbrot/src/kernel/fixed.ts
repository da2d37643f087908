import { RequestError } from "./request-error.js";

/** Digits, before and after the point together, of a centre's coordinate. */
export const maximumDigits = 1_000;

/** Largest absolute value of a centre's coordinate. */
export const maximumCoordinate = 64;

const decimal = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d{1,4}))?$/i;

/**
 * A decimal as a fixed-point number: the whole number nearest to `text * 2^bits`, halves away from zero.
 *
 * @param text such as `-0.75`, `.5`, `1e-30`
 * @throws RequestError if it is not a decimal, has more than {@link maximumDigits} digits, an exponent beyond ±1000, or an
 *   absolute value above {@link maximumCoordinate}
 */
export function parseFixed(text: string, bits: number): bigint {
  const [, sign, whole = "", fraction = "", exponent = "0"] = decimal.exec(text) ?? [];
  const digits = whole + fraction;
  if (digits === "" || digits.length > maximumDigits || Math.abs(Number(exponent)) > 1_000) {
    throw new RequestError(
      `${JSON.stringify(text.slice(0, 40))} is not a decimal of up to ${maximumDigits} digits with an exponent from -1000 to 1000`,
    );
  }
  const power = Number(exponent) - fraction.length;
  const numerator = (BigInt(digits) * 10n ** BigInt(Math.max(power, 0))) << BigInt(bits + 1);
  const magnitude = (numerator / 10n ** BigInt(Math.max(-power, 0)) + 1n) >> 1n;
  if (magnitude > BigInt(maximumCoordinate) << BigInt(bits)) {
    throw new RequestError(`${text.slice(0, 40)} is beyond ${maximumCoordinate}`);
  }
  return sign === "-" ? -magnitude : magnitude;
}

/**
 * The fixed-point number of a double, exact if `bits` suffices, else rounded towards minus infinity.
 *
 * @param value finite
 */
export function fromDouble(value: number, bits: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const word = view.getBigUint64(0);
  const biased = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  // IEEE 754: subnormal numbers lack the leading bit and have the exponent of the smallest normal ones.
  const magnitude = biased === 0 ? fraction : fraction | (1n << 52n);
  const shift = BigInt((biased === 0 ? 1 : biased) - 1075 + bits);
  const signed = word >> 63n === 1n ? -magnitude : magnitude;
  return shift >= 0n ? signed << shift : signed >> -shift;
}

/** Turns fixed-point numbers with `bits` bits after the point into the nearest doubles, halves to even. */
export function doubleRounder(bits: number): (value: bigint) => number {
  // Number(bigint) rounds correctly (ECMA-262) but ends at 2^1024; what is dropped above 1000 bits is below 1e-301.
  const kept = Math.min(bits, 1_000);
  const dropped = BigInt(bits - kept);
  let scale = 1;
  for (let bit = 0; bit < kept; bit += 1) {
    scale /= 2;
  }
  return dropped === 0n ? (value) => Number(value) * scale : (value) => Number(value >> dropped) * scale;
}
