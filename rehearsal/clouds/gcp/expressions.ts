import type * as Cel from "@marcbachmann/cel-js";

/** Evaluates one expression in Google's dialect of the Common Expression Language. */
export type Evaluate = (expression: string, variables: Readonly<Record<string, unknown>>) => unknown;

/**
 * Loads the language, with what Google adds to it for conditions of grants.
 *
 * Sources: cloud.google.com/iam/docs/conditions-attribute-reference, "extract"; setting-limits-on-granting-roles,
 * `api.getAttribute` and `hasOnly`
 */
export async function loadExpressions(): Promise<Evaluate> {
  const { Environment } = await loadCel();
  const environment = new Environment({ unlistedVariablesAreDyn: true })
    .registerFunction("string.extract(string): string", (text: string, template: string) => extract(text, template))
    .registerFunction(
      "map.getAttribute(string, list): list",
      (attributes: Readonly<Record<string, unknown>>, name: string, otherwise: unknown) =>
        attributes[name] ?? otherwise,
    )
    .registerFunction("list.hasOnly(list): bool", (values: readonly unknown[], allowed: readonly unknown[]) =>
      values.every((value) => allowed.includes(value)),
    );
  return (expression, variables) => environment.evaluate(expression, variables) as unknown;
}

/** An ES module, which a static import would `require` where this is not bundled. */
function loadCel(): Promise<typeof Cel> {
  return import("@marcbachmann/cel-js");
}

/** The part of a text that stands in the template's braces: up to what follows them, or to the end; empty if none fits. */
function extract(text: string, template: string): string {
  const [, before = "", after = ""] = /^(.*?)\{\w+\}(.*)$/.exec(template) ?? [];
  const start = text.indexOf(before);
  if (start < 0) return "";
  const rest = text.slice(start + before.length);
  const end = after === "" ? rest.length : rest.indexOf(after);
  return end < 0 ? "" : rest.slice(0, end);
}
