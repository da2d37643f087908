import * as z from "zod";
import { maximumDigits, parseFixed } from "../kernel/fixed.js";
import { maximumSide, minimumSpan, type Tile, type View } from "../kernel/request.js";
import { defaultPalette, paletteNames, type PaletteName } from "../picture/palettes.js";
import { limits } from "../limits.js";
import { type FieldFault, Problem } from "./problem.js";

/** Pixels on a side of a WebP picture (WebP lossless bitstream specification: 14 bits). */
const maximumWebpSide = 16_383;

/** How the caller wants the pixels. */
export const formats = ["png", "webp", "counts"] as const;

export type Format = (typeof formats)[number];

/** A checked query of `/api/render`. */
export interface RenderQuery {
  readonly view: View;
  readonly tile: Required<Tile>;
  readonly format: Format;
  readonly palette: PaletteName;
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?$/i;

function number(minimum: number, maximum: number) {
  const rule = `a number from ${minimum} to ${maximum}`;
  return z
    .string()
    .regex(decimal, rule)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, rule);
}

function whole(minimum: number, maximum: number) {
  const rule = `a whole number from ${minimum} to ${maximum}`;
  return z
    .string()
    .regex(/^\d{1,10}$/, rule)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, rule);
}

/** Stays text: a double has too few digits for a deep view. */
const coordinate = z
  .string()
  .refine(
    (text) => isDecimal(text) && Math.abs(Number(text)) <= limits.coordinate,
    `a decimal of up to ${maximumDigits} digits from -${limits.coordinate} to ${limits.coordinate}`,
  );

/** Whether the kernel reads it: what passes here must be refused nowhere else. */
function isDecimal(text: string): boolean {
  try {
    parseFixed(text, 0);
    return true;
  } catch {
    return false;
  }
}

const fields = z.strictObject({
  re: coordinate.default("-0.5"),
  im: coordinate.default("0"),
  span: number(minimumSpan, limits.span).default(3),
  width: whole(1, maximumSide).default(256),
  height: whole(1, maximumSide).default(256),
  iterations: whole(1, limits.iterations).default(256),
  left: whole(0, maximumSide).default(0),
  top: whole(0, maximumSide).default(0),
  tileWidth: whole(1, maximumSide).optional(),
  tileHeight: whole(1, maximumSide).optional(),
  stride: whole(1, limits.stride).default(1),
  format: z.enum(formats, `one of ${formats.join(", ")}`).default("png"),
  palette: z.enum(paletteNames, `one of ${paletteNames.join(", ")}`).default(defaultPalette),
});

/**
 * Reads the query of `/api/render`.
 *
 * @param query as it stands in the address, after the question mark
 * @throws Problem (400) with every field that is wrong, unknown or repeated
 */
export function readRenderQuery(query: string): RenderQuery {
  if (query.length > limits.queryLength) {
    throw Problem.fields([fault("query", query, `at most ${limits.queryLength} characters long`)]);
  }
  const parameters = new URLSearchParams(query);
  const given: Record<string, string> = {};
  const faults: FieldFault[] = [];
  for (const [name, value] of parameters) {
    if (Object.hasOwn(given, name)) {
      faults.push(fault(name, value, "given once"));
    }
    Object.defineProperty(given, name, { value, enumerable: true, configurable: true, writable: true });
  }
  const { data, error } = fields.safeParse(given);
  for (const issue of error?.issues ?? []) {
    if (issue.code === "unrecognized_keys") {
      const rule = `one of ${Object.keys(fields.shape).join(", ")}`;
      faults.push(...issue.keys.map((name) => fault("query", name, rule)));
    } else {
      const name = String(issue.path[0]);
      faults.push(fault(name, given[name] ?? "", issue.message));
    }
  }
  if (data === undefined || faults.length > 0) {
    throw Problem.fields(faults);
  }
  const { re, im, span, width, height, iterations, left, top, stride, format, palette } = data;
  const columns = Math.ceil((width - left) / stride);
  const rows = Math.ceil((height - top) / stride);
  const tile = { left, top, width: data.tileWidth ?? columns, height: data.tileHeight ?? rows, stride };
  requireField(left < width, "left", left, `below width, ${width}`);
  requireField(top < height, "top", top, `below height, ${height}`);
  requireField(tile.width <= columns, "tileWidth", tile.width, `at most ${columns}, the columns from left on`);
  requireField(tile.height <= rows, "tileHeight", tile.height, `at most ${rows}, the rows from top on`);
  if (format === "webp") {
    const most = `at most ${maximumWebpSide} in a WebP picture`;
    requireField(tile.width <= maximumWebpSide, "tileWidth", tile.width, most);
    requireField(tile.height <= maximumWebpSide, "tileHeight", tile.height, most);
  }
  const pixels = tile.width * tile.height;
  const rule = `a product of at most ${limits.pixels} pixels; ask for a smaller tile`;
  requireField(pixels <= limits.pixels, "tileWidth * tileHeight", pixels, rule);
  return { view: { re, im, span, width, height, iterations }, tile, format, palette };
}

function requireField(holds: boolean, field: string, value: number, rule: string): void {
  if (!holds) {
    throw Problem.fields([fault(field, String(value), rule)]);
  }
}

function fault(field: string, value: string, rule: string): FieldFault {
  return { field, value: value.length > 80 ? `${value.slice(0, 80)}…` : value, rule };
}
