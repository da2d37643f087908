import * as fs from "node:fs";
import path from "node:path";
import type { CloudName } from "../../../infra/clouds";
import { repositoryRoot } from "../../../rehearsal/paths";

/** A fenced block of the guide, as it stands there. */
export interface Block {
  /** The nearest heading before it. */
  readonly section: string;
  readonly language: string;
  readonly text: string;
  /** Where it is, for whoever reads a failure: `docs/first-run.md:12`. */
  readonly place: string;
  /** The stack's file that was named last before it: what a `yaml` block goes into. */
  readonly file: string | undefined;
}

const page = "docs/first-run.md";

/** What each journey follows, section by section. A section is followed whole, with all of its blocks. */
export const journeys: Readonly<Record<CloudName, readonly string[]>> = {
  aws: [
    "Before",
    "GitHub's environments",
    "Where the state is",
    "AWS",
    "The state moves into its bucket",
    "With a bucket for state",
  ],
  gcp: ["Before", "Google Cloud", "When it is to go", "After a destroy"],
  azure: ["Before", "Where the state is", "Azure"],
};

/** Every fenced block of the guide, in order. @throws Error for a fence that is not closed */
export function readGuide(text = fs.readFileSync(path.join(repositoryRoot, page), "utf8")): readonly Block[] {
  const blocks: Block[] = [];
  let section = "";
  let file: string | undefined;
  let open: { readonly indent: string; readonly language: string; readonly line: number } | undefined;
  let inside: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^( *)```(.*)$/.exec(line);
    if (open !== undefined) {
      if (fence === null) {
        inside.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
        continue;
      }
      const place = `${page}:${open.line}`;
      blocks.push({ section, language: open.language, text: inside.join("\n"), place, file });
      open = undefined;
    } else if (fence !== null) {
      open = { indent: fence[1] ?? "", language: fence[2] ?? "", line: index + 1 };
      inside = [];
    } else {
      section = /^#+ (.+)$/.exec(line)?.[1] ?? section;
      file = [...line.matchAll(/`(stacks\/Pulumi\.\S+\.yaml)`/g)].at(-1)?.[1] ?? file;
    }
  }
  if (open !== undefined) throw new Error(`${page}:${open.line}: the block does not end.`);
  return blocks;
}

/** What a placeholder stands for, or how to find it in all that the terminal has shown. */
export type Values = Readonly<Record<string, string | ((seen: string) => string)>>;

/** Words in capitals or in `<…>`, and `…` itself; no variable of the shell. */
const placeholder = /<[A-Za-z.]+>|…|(?<!\$)\b[A-Z]{3,}\b/g;

/** Words in capitals that stand for themselves: GitHub's methods. */
const words = ["PUT", "POST"];

/**
 * Fills in what is the reader's. Comments, which are for the reader alone, stay as they are.
 *
 * @throws Error naming a placeholder that has no value
 */
export function fillIn({ text, place }: Pick<Block, "text" | "place">, values: Values, seen: string): string {
  const fill = (part: string) =>
    part.replace(placeholder, (name) => {
      if (words.includes(name)) return name;
      const value = values[name];
      if (value === undefined) throw new Error(`${place}: no value for ${name}: give the journey one.`);
      return typeof value === "string" ? value : value(seen);
    });
  const lines = text.split("\n").map((line) => {
    const [, code = "", comment = ""] = /^(.*?)(\s#\s.*)?$/.exec(line) ?? [];
    return fill(code) + comment;
  });
  return lines.join("\n");
}
