/**
 * Text of resources, clouds and programs in Markdown: whoever names a resource must not write into a comment of ours.
 * In a code span or block nothing is markup and nobody is mentioned
 * (https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax).
 */

/** Longest text in a line, in characters. */
const longest = 600;

/** Text in one line, as code. A pipe would end a table's cell even there. */
export function code(text: string): string {
  const line = shorten(oneLine(text)).replaceAll("|", "\\|");
  if (line === "") return "";
  const fence = "`".repeat(longestRun(line) + 1);
  // A space at each end is taken off again, and keeps a backtick apart from the fence.
  return line.includes("`") || line.startsWith(" ") || line.endsWith(" ")
    ? `${fence} ${line} ${fence}`
    : `${fence}${line}${fence}`;
}

/** Lines of a block of code, its fences included. */
export function codeBlock(text: string): { readonly open: string; readonly lines: string[]; readonly close: string } {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => shorten(plain(line)));
  const fence = "`".repeat(Math.max(3, longestRun(lines.join("\n")) + 1));
  return { open: `${fence}text`, lines, close: fence };
}

function oneLine(text: string): string {
  return plain(text.replaceAll(/\s+/g, " ")).trim();
}

/**
 * Without control and format characters, which turn text around or hide it, and without what begins a comment that nobody
 * sees: such a one is how ours is found.
 */
function plain(text: string): string {
  return text.replaceAll(/(?!\t)[\p{Cc}\p{Cf}]/gu, "").replaceAll("<!--", "<! --");
}

function shorten(line: string): string {
  if (line.length <= longest) return line;
  // Not in the middle of a character that takes two.
  return `${line.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
