import { changes, type Change, type Step } from "../engine/steps";
import { fit, type Section } from "./fit";
import { allowReplaceLabel } from "./guarded";
import { guardedSteps, type Judged, judge, missingStacks } from "./judge";
import { code, codeBlock } from "./markdown";
import type { PreviewResult } from "./result";

/** Longest body of a comment, in characters: GitHub refuses more ("Body is too long (maximum is 65536 characters)"). */
export const longestBody = 65_536;

/** What a comment says besides the previews. */
export interface CommentContext {
  /** The commit that was previewed. */
  readonly commit?: string;
  /** Page of the run, where logs and artifacts are. */
  readonly run?: string;
}

/**
 * The Markdown of a pull request's previews: what is replaced first, then a line for each stack, then its details.
 *
 * @param limit longest text, in bytes of UTF-8
 */
export function renderComment(judged: Judged, context: CommentContext = {}, limit = longestBody): string {
  const { results } = judged;
  const reasons = judge(judged);
  const where =
    context.run === undefined ? "the job's log and artifact" : `[the job's log and artifact](${context.run})`;
  const more = (what: string) => (count: number) => `- … and ${count} more ${what}: see ${where}.`;
  const commit = context.commit === undefined ? "" : ` of ${code(context.commit.slice(0, 12))}`;
  return fit(
    [
      text([`## Preview${commit}`, ""]),
      list(
        reasons.length === 0 ? [] : ["**This must not be merged as it is:**", ""],
        reasons.map((reason) => `- ${code(reason)}`),
        more("reasons"),
      ),
      ...replacements(results, judged.labels, more("resources")),
      overview(judged, where),
      ...results.flatMap((result) => details(result, where)),
      text(footer(results)),
    ],
    limit,
  );
}

function text(lines: readonly string[]): Section {
  return { before: lines, lines: [], after: [], omitted: () => "" };
}

/** A list with a heading; nothing when it is empty. */
function list(before: readonly string[], lines: readonly string[], omitted: Section["omitted"]): Section {
  return lines.length === 0 ? text([]) : { before, lines, after: [""], omitted };
}

function replacements(
  results: readonly PreviewResult[],
  labels: readonly string[],
  omitted: Section["omitted"],
): readonly Section[] {
  return results.flatMap((result) => {
    const guarded = new Map(guardedSteps(result).map(({ step, what }) => [step, what]));
    const steps = result.steps.filter((step) => step.change === "replace" || guarded.has(step));
    if (steps.length === 0) return [];
    const allowed =
      guarded.size > 0 && labels.includes(allowReplaceLabel) ? `, allowed by the label ${code(allowReplaceLabel)}` : "";
    const title = `### ${result.stack} REPLACES OR DELETES ${steps.length} ${plural("resource", steps.length)}${allowed}`;
    // Those that an environment stands on first.
    const ordered = [...steps].sort((one, other) => Number(guarded.has(other)) - Number(guarded.has(one)));
    const lines = ordered.map((step) => {
      const what = guarded.get(step);
      return `${describe(step)}${what === undefined ? "" : ` — **a ${what}**`}`;
    });
    return [list([title, ""], lines, omitted)];
  });
}

function overview(judged: Judged, where: string): Section {
  const { results } = judged;
  const missing = missingStacks(judged);
  if (results.length === 0 && missing.length === 0) return text(["This touches no stack.", ""]);
  const head = ["stack", "preview", ...changes.map((change) => pastOf[change]), "policies", "cost a month"];
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return {
    before: [row(head), row(head.map(() => "---"))],
    lines: [
      ...missing.map((stack) => row([code(stack), "**missing**", ...head.slice(2).map(() => "")])),
      ...results.map((result) => row([code(result.stack), ...cells(result)])),
    ],
    after: [""],
    omitted: (left) => row([`… and ${left} more: see ${where}`, ...head.slice(1).map(() => "")]),
  };
}

/** A preview that failed knows of some changes at most, so it is not told that there are none. */
function cells(result: PreviewResult): string[] {
  const counts = changes.map((change) => count(result, change));
  return result.failure === undefined
    ? ["done", ...counts, policySummary(result), costSummary(result)]
    : ["**failed**", ...counts.map(() => ""), "", ""];
}

const pastOf: Readonly<Record<Change, string>> = {
  replace: "replaced",
  delete: "deleted",
  update: "changed",
  create: "created",
  import: "imported",
};

function count({ steps }: PreviewResult, change: Change): string {
  const found = steps.filter((step) => step.change === change).length;
  return found > 0 && (change === "replace" || change === "delete") ? `**${found}**` : String(found);
}

function policySummary({ policies }: PreviewResult): string {
  const mandatory = policies.filter((policy) => policy.mandatory).length;
  const parts = [
    ...(mandatory > 0 ? [`**${mandatory} broken**`] : []),
    ...(policies.length > mandatory ? [`${policies.length - mandatory} advisory`] : []),
  ];
  return parts.length === 0 ? "kept" : parts.join(", ");
}

function costSummary({ cost }: PreviewResult): string {
  if (cost === undefined) return "";
  const change = cost.after - cost.before;
  if (Math.abs(change) < 0.005) return `$${cost.after.toFixed(2)}`;
  return `$${cost.after.toFixed(2)} (**${change > 0 ? "+" : "-"}$${Math.abs(change).toFixed(2)}**)`;
}

/** What is folded away for each stack. */
function details(result: PreviewResult, where: string): readonly Section[] {
  const { stack, steps, unchanged, policies, cost, failure } = result;
  const open = ["<details>", `<summary>${stack}</summary>`, ""];
  const close = ["", "</details>", ""];
  const omitted = (left: number) => `- … and ${left} more lines: see ${where}.`;
  const rules = policies.map(
    ({ policy, mandatory, resource, message }) =>
      `- ${mandatory ? "**broken**" : "advisory"} ${code(policy)} ${code(resource)}: ${code(message)}`,
  );
  if (failure !== undefined) {
    const block = codeBlock(failure);
    return [
      { before: open, lines: rules, after: rules.length > 0 ? [""] : [], omitted },
      {
        before: [block.open],
        lines: block.lines,
        after: [block.close, ...close],
        omitted: (left) => `… and ${left} more lines: see the job's log.`,
      },
    ];
  }
  const lines = [
    ...rules,
    ...steps.map(describe),
    `- ${unchanged} ${plural("resource", unchanged)} unchanged`,
    ...(cost === undefined
      ? []
      : [
          "- cost a month, an estimate:",
          ...cost.lines.map(({ what, monthly }) => `  - $${monthly.toFixed(2)} ${code(what)}`),
          ...cost.unpriced.map((what) => `  - not in it: ${code(what)}`),
        ]),
  ];
  return [{ before: open, lines, after: close, omitted }];
}

function describe({ change, type, name, properties, forcedBy }: Step): string {
  const names = (paths: readonly string[]) =>
    `${paths.slice(0, 8).map(code).join(", ")}${paths.length > 8 ? ` and ${paths.length - 8} more` : ""}`;
  const why =
    change === "replace"
      ? forcedBy.length > 0
        ? `: forced by ${names(forcedBy)}`
        : ": since what it stands on is replaced"
      : change === "update" && properties.length > 0
        ? `: ${names(properties)}`
        : "";
  return `- ${change === "replace" || change === "delete" ? `**${change}**` : change} ${code(name)} ${code(type)}${why}`;
}

function footer(results: readonly PreviewResult[]): string[] {
  const sources = [...new Set(results.flatMap(({ cost }) => (cost === undefined ? [] : [cost.pricesOf])))];
  if (sources.length === 0) return [];
  return [
    "Costs are an estimate, with as few nodes as may run, and no bill:",
    "",
    ...sources.map((source) => `- ${code(source)}`),
  ];
}

function plural(word: string, amount: number): string {
  return amount === 1 ? word : `${word}s`;
}
