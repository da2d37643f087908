/**
 * The few ASN.1 types that a certificate is made of, in DER (ITU-T X.690). Node.js reads certificates but makes none.
 */
export const der = {
  sequence: (...parts: readonly Buffer[]) => element(0x30, ...parts),
  set: (...parts: readonly Buffer[]) => element(0x31, ...parts),
  /** `[tag]`, around whole elements. */
  explicit: (tag: number, ...parts: readonly Buffer[]) => element(0xa0 | tag, ...parts),
  /** `[tag]`, in the place of a string's own tag. */
  implicit: (tag: number, contents: Buffer) => element(0x80 | tag, contents),
  boolean: (value: boolean) => element(0x01, Buffer.from([value ? 0xff : 0])),
  /** A number that is not negative, most significant byte first. */
  integer: (bytes: Buffer) => element(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes),
  octetString: (contents: Buffer) => element(0x04, contents),
  bitString: (contents: Buffer, unusedBits = 0) => element(0x03, Buffer.from([unusedBits]), contents),
  utf8String: (text: string) => element(0x0c, Buffer.from(text)),
  /** Up to the year 2049 (RFC 5280, 4.1.2.5.1). */
  utcTime: (time: Date) => element(0x17, Buffer.from(`${time.toISOString().slice(2, 19).replaceAll(/[-:T]/g, "")}Z`)),
  objectIdentifier,
};

function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const contents = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), length(contents.length), contents]);
}

function length(value: number): Buffer {
  if (value < 0x80) {
    return Buffer.from([value]);
  }
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) {
    bytes.unshift(rest % 256);
  }
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

/** An object identifier in its usual form, for instance `2.5.4.3`. */
function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const number of rest) {
    const digits = [number % 128];
    for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128)) {
      digits.unshift(0x80 | (left % 128));
    }
    bytes.push(...digits);
  }
  return element(0x06, Buffer.from(bytes));
}
