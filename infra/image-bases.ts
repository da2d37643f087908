/** An image of a registry that a stage of a Dockerfile begins with. */
export interface ImageBase {
  /** Reference without the digest. */
  readonly name: string;
  /** `sha256:…`; undefined when the reference names a tag only, which may name another image tomorrow. */
  readonly digest: string | undefined;
}

/** The images that a Dockerfile stands on. */
export interface ImageBases {
  /** Those of all stages. */
  readonly all: readonly ImageBase[];
  /** That of the last stage, which the built image begins with; undefined for `scratch`, or when it cannot be told. */
  readonly last: ImageBase | undefined;
}

/**
 * Reads the `FROM` lines of a Dockerfile, each on one line, with `$NAME` or `${NAME}` of an `ARG` line of its own. What is
 * written otherwise, and images that only `COPY --from` names, are not read.
 *
 * @param buildArguments values that take the place of the defaults of `ARG` lines before the first `FROM`
 */
export function imageBases(dockerfile: string, buildArguments: Readonly<Record<string, string>>): ImageBases {
  const known: Record<string, string | undefined> = {};
  const stages = new Map<string, ImageBase | undefined>();
  const all: ImageBase[] = [];
  let last: ImageBase | undefined;
  for (const line of dockerfile.split("\n")) {
    const [, argument, preset] = /^\s*ARG\s+(\w+)(?:=(\S+))?\s*$/i.exec(line) ?? [];
    if (argument !== undefined && stages.size === 0) {
      known[argument] = buildArguments[argument] ?? preset?.replaceAll(/^["']|["']$/g, "");
    }
    const [, from, stage] = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$/i.exec(line) ?? [];
    if (from !== undefined) {
      const reference = expand(from, known);
      last = stages.has(reference) ? stages.get(reference) : split(reference);
      if (last !== undefined && !stages.has(reference)) {
        all.push(last);
      }
      stages.set(stage ?? String(stages.size), last);
    }
  }
  return { all, last };
}

function expand(text: string, values: Readonly<Record<string, string | undefined>>): string {
  return text.replaceAll(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (whole, braced?: string, bare?: string) => values[braced ?? bare ?? ""] ?? whole,
  );
}

function split(reference: string): ImageBase | undefined {
  if (reference === "scratch" || reference.includes("$")) {
    return undefined;
  }
  const [name = "", digest] = reference.split("@");
  return { name, digest };
}
