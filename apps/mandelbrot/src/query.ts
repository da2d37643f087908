import type { Tile } from "./set.js";

/** How the caller wants a tile. */
export type Format = "png" | "counts";

/** A validated query of `/api/render`. */
export interface RenderQuery {
  readonly tile: Tile;
  readonly format: Format;
}

/** Thrown for a query that cannot be rendered; `faults` holds one line for each wrong parameter. */
export class QueryError extends Error {
  override readonly name = "QueryError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join("; "));
    this.faults = faults;
  }
}

interface NumberRule {
  readonly minimum: number;
  readonly maximum: number;
  readonly fallback: number;
  readonly whole: boolean;
}

/** What one request may ask for. The product of the last three bounds its time: about 0.1 s at the limits' defaults. */
const rules: Readonly<Record<keyof Tile, NumberRule>> = {
  re: { minimum: -4, maximum: 4, fallback: -0.5, whole: false },
  im: { minimum: -4, maximum: 4, fallback: 0, whole: false },
  span: { minimum: 1e-13, maximum: 8, fallback: 3, whole: false },
  width: { minimum: 1, maximum: 1024, fallback: 256, whole: true },
  height: { minimum: 1, maximum: 1024, fallback: 256, whole: true },
  iterations: { minimum: 1, maximum: 10_000, fallback: 256, whole: true },
};

/** Pixels times iterations that one request may cost, about one second of one core. */
export const budget = 250_000_000;

/**
 * Reads the query of `/api/render`: `re`, `im`, `span`, `width`, `height`, `iterations`, `format` (`png`, `counts`).
 *
 * @throws QueryError naming every wrong, repeated and unknown parameter
 */
export function readQuery(parameters: URLSearchParams): RenderQuery {
  const faults: string[] = [];
  const names = [...Object.keys(rules), "format"];
  for (const name of new Set(parameters.keys())) {
    if (!names.includes(name)) {
      faults.push(`${name}: no such parameter; known are ${names.join(", ")}`);
    } else if (parameters.getAll(name).length > 1) {
      faults.push(`${name}: given more than once`);
    }
  }
  const number = (name: keyof Tile): number => readNumber(name, parameters.get(name), faults);
  const tile: Tile = {
    re: number("re"),
    im: number("im"),
    span: number("span"),
    width: number("width"),
    height: number("height"),
    iterations: number("iterations"),
  };
  const format = parameters.get("format") ?? "png";
  if (format !== "png" && format !== "counts") {
    faults.push(`format: ${JSON.stringify(format)} is neither "png" nor "counts"`);
  }
  const cost = tile.width * tile.height * tile.iterations;
  if (faults.length === 0 && cost > budget) {
    faults.push(`width * height * iterations is ${cost}, above ${budget}; ask for a smaller tile or fewer iterations`);
  }
  if (faults.length > 0) {
    throw new QueryError(faults);
  }
  return { tile, format: format as Format };
}

function readNumber(name: keyof Tile, text: string | null, faults: string[]): number {
  const rule = rules[name];
  if (text === null) {
    return rule.fallback;
  }
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  const kind = rule.whole ? "a whole number" : "a number";
  if (!(value >= rule.minimum && value <= rule.maximum) || (rule.whole && !Number.isInteger(value))) {
    faults.push(`${name}: ${JSON.stringify(text)} is not ${kind} from ${rule.minimum} to ${rule.maximum}`);
  }
  return value;
}
