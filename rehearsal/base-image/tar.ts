/** A file or folder of an image layer. */
export interface LayerEntry {
  /** Path without a leading slash, at most 100 bytes. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  /** A file's contents; a folder has none. */
  readonly contents?: Buffer;
}

const block = 512;

/**
 * A tar archive (POSIX ustar) of entries that all belong to root and all have the time 0, so that the same entries
 * give the same bytes.
 */
export function tar(entries: readonly LayerEntry[]): Buffer {
  const parts: Buffer[] = [];
  for (const entry of entries) {
    const contents = entry.contents ?? Buffer.alloc(0);
    parts.push(header(entry, contents.length), contents, Buffer.alloc((block - (contents.length % block)) % block));
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function header(entry: LayerEntry, size: number): Buffer {
  const fields = Buffer.alloc(block);
  const isFile = entry.contents !== undefined;
  const name = isFile ? entry.path : `${entry.path}/`;
  if (Buffer.byteLength(name) > 100) {
    throw new Error(`${name} is too long for a tar header: at most 100 bytes.`);
  }
  const octal = (value: number, at: number, length: number) =>
    fields.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  fields.write(name, 0);
  octal(entry.mode, 100, 8);
  octal(0, 108, 8); // Owner
  octal(0, 116, 8); // Group
  octal(size, 124, 12);
  octal(0, 136, 12); // Time
  fields.write(" ".repeat(8), 148); // The checksum counts as blanks while it is computed.
  fields.write(isFile ? "0" : "5", 156);
  fields.write("ustar\u000000", 257, "latin1");
  const sum = fields.reduce((total, byte) => total + byte, 0);
  fields.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return fields;
}
