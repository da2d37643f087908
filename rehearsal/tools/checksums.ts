import { z } from "zod";
import type { Download } from "./types";

/** What an in-toto statement says of the files that it is about: https://in-toto.io/Statement/v1 */
const statementShape = z.object({
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: z.string().optional() }) })),
});

const hashShape = /^[0-9a-f]{64}$/;

/**
 * The SHA-256 that a publisher's text gives for `file` (a name without folders), hexadecimal.
 * @throws Error when the text has none
 */
export function publishedChecksum(text: string, file: string, format: Download["checksumFormat"]): string {
  const found = format === "in-toto" ? inStatement(text, file) : inLines(text, file);
  if (found !== undefined && hashShape.test(found)) return found;
  throw new Error(`the published checksums have no SHA-256 for ${file}`);
}

/** `<hash>  <name>` or `<hash> *<name>` lines, among others (a signature, say); or a hash on its own. */
function inLines(text: string, file: string): string | undefined {
  if (hashShape.test(text.trim())) return text.trim();
  for (const line of text.split("\n")) {
    const [, hash, name] = /^([0-9a-f]{64})\s+\*?(\S+)\s*$/.exec(line) ?? [];
    if (name?.split("/").at(-1) === file) return hash;
  }
  return undefined;
}

function inStatement(text: string, file: string): string | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const statement = statementShape.safeParse(content).data;
  return statement?.subject.find(({ name }) => name === file)?.digest.sha256;
}
