/** A file, folder or symbolic link of an image layer. */
export interface LayerEntry {
  /** Path without a leading slash: at most 100 bytes below a folder of at most 155. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  /** A file's contents; a folder and a link have none. */
  readonly contents?: Buffer;
  /** What a symbolic link points to, at most 100 bytes. */
  readonly link?: string;
}

const block = 512;

/** Lengths of the header's fields for the name and for the folder before it, in bytes (POSIX pax, "ustar"). */
const longest = { name: 100, prefix: 155 };

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
  const [type, path] =
    entry.link !== undefined
      ? ["2", entry.path]
      : entry.contents !== undefined
        ? ["0", entry.path]
        : ["5", `${entry.path}/`];
  const { name, prefix } = split(path);
  const octal = (value: number, at: number, length: number) =>
    fields.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  fields.write(name, 0);
  octal(entry.mode, 100, 8);
  octal(0, 108, 8); // Owner
  octal(0, 116, 8); // Group
  octal(size, 124, 12);
  octal(0, 136, 12); // Time
  fields.write(" ".repeat(8), 148); // The checksum counts as blanks while it is computed.
  fields.write(type, 156);
  fields.write(checkedLink(entry), 157);
  fields.write("ustar\u000000", 257, "latin1");
  fields.write(prefix, 345);
  const sum = fields.reduce((total, byte) => total + byte, 0);
  fields.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return fields;
}

/** Divides a path at a slash, so that both parts fit their fields. */
function split(path: string): { readonly name: string; readonly prefix: string } {
  if (Buffer.byteLength(path) <= longest.name) {
    return { name: path, prefix: "" };
  }
  for (let at = path.indexOf("/"); at > 0; at = path.indexOf("/", at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (name !== "" && Buffer.byteLength(name) <= longest.name && Buffer.byteLength(prefix) <= longest.prefix) {
      return { name, prefix };
    }
  }
  throw new Error(
    `${path} is too long for a tar header: at most ${longest.name} bytes, below a folder of at most ${longest.prefix}.`,
  );
}

function checkedLink({ path, link = "" }: LayerEntry): string {
  if (Buffer.byteLength(link) > longest.name) {
    throw new Error(`${path} points to ${link}, which is too long for a tar header: at most ${longest.name} bytes.`);
  }
  return link;
}
