import type * as Library from "@actions/expressions";

/** What expressions may name: `github`, `matrix`, `needs` and so on. */
export type Contexts = Readonly<Record<string, unknown>>;

/** How everything before went, which `success()`, `failure()` and `cancelled()` ask. */
export type Status = "success" | "failure" | "cancelled";

/** Every context of GitHub's; one that a place does not have is empty there. */
const contextNames = ["github", "needs", "matrix", "inputs", "vars", "secrets", "env", "steps", "runner", "strategy"];

/**
 * Evaluates an expression without its `${{ }}`, as GitHub's own library does.
 *
 * @throws Error for what the library does not take
 */
async function evaluate(expression: string, contexts: Contexts, status: Status): Promise<Library.data.ExpressionData> {
  const library = await import("@actions/expressions");
  const functions = statusFunctions(library, status);
  const tokens = new library.Lexer(expression).lex().tokens;
  const parsed = new library.Parser(tokens, contextNames, functions).parse();
  const given = JSON.stringify({ ...Object.fromEntries(contextNames.map((name) => [name, {}])), ...contexts });
  const dictionary = JSON.parse(given, library.data.reviver) as Library.data.Dictionary;
  return new library.Evaluator(parsed, dictionary, new Map(functions.map((one) => [one.name, one]))).evaluate();
}

/** Source: docs.github.com, "Evaluate expressions in workflows and actions", status check functions. */
function statusFunctions({ data }: typeof Library, status: Status) {
  const answers = {
    success: status === "success",
    failure: status === "failure",
    always: true,
    cancelled: status === "cancelled",
  };
  return Object.entries(answers).map(([name, answer]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answer),
  }));
}

/** A text with its expressions filled in. */
export async function fill(
  text: string | number | boolean,
  contexts: Contexts,
  status: Status = "success",
): Promise<string> {
  const parts = String(text).split(/\$\{\{(.*?)\}\}/s);
  const filled = await Promise.all(
    parts.map(async (part, index) =>
      index % 2 === 0 ? part : (await evaluate(part.trim(), contexts, status)).coerceString(),
    ),
  );
  return filled.join("");
}

/** All values of a map, filled in. */
export async function fillAll(
  texts: Readonly<Record<string, string | number | boolean>>,
  contexts: Contexts,
): Promise<Record<string, string>> {
  const entries = Object.entries(texts).map(async ([name, text]) => [name, await fill(text, contexts)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** The value that one expression gives, such as a matrix. */
export async function valueOf(text: string, contexts: Contexts): Promise<unknown> {
  const { data } = await import("@actions/expressions");
  const value = await evaluate(stripped(text), contexts, "success");
  return JSON.parse(JSON.stringify(value, data.replacer)) as unknown;
}

/**
 * Whether a job or a step runs. Without a function that asks how it went, all has to have gone well (as above).
 *
 * @param condition its `if:`; nothing stands for `success()`
 */
export async function holds(condition: string | undefined, contexts: Contexts, status: Status): Promise<boolean> {
  const expression = stripped(condition ?? "success()");
  const asks = /\b(success|failure|always|cancelled)\(\)/.test(expression);
  const value = await evaluate(asks ? expression : `success() && (${expression})`, contexts, status);
  const falsy = ["", "0", "false", "null"];
  return !falsy.includes(value.coerceString());
}

function stripped(text: string): string {
  return /^\$\{\{(.*)\}\}$/s.exec(text)?.[1]?.trim() ?? text;
}
