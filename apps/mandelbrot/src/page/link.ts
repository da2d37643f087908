import { parseFixed } from "../kernel/fixed.js";
import { defaultPalette, isPaletteName, type PaletteName } from "../picture/palettes.js";
import { type Camera, coordinateBits, type Point, type Screen, spanOf } from "./camera.js";
import { formatFixed, placesFor } from "./decimal.js";
import { depthSteps } from "./depth.js";

/** What a link carries. */
export interface Place extends Point {
  /** Width of the view across the shorter side of the screen. */
  readonly span: number;
  readonly palette: PaletteName;
  /** Steps by which the user bent the depth. */
  readonly bend: number;
}

/** The whole set. */
export const home: Place = {
  re: parseFixed("-0.7", coordinateBits),
  im: 0n,
  span: 2.8,
  palette: defaultPalette,
  bend: 0,
};

/** The part of a link after its `#`, with as many digits as the zoom needs. */
export function formatLink(camera: Camera, screen: Screen, palette: PaletteName, bend: number): string {
  const places = placesFor(camera.pixel);
  const fields = [
    `re=${formatFixed(camera.re, coordinateBits, places)}`,
    `im=${formatFixed(camera.im, coordinateBits, places)}`,
    `span=${Number(spanOf(camera, screen).toPrecision(6))}`,
    `palette=${palette}`,
    ...(bend === 0 ? [] : [`depth=${bend}`]),
  ];
  return `#${fields.join("&")}`;
}

/** Where a link leads. What it lacks, or what makes no sense in it, is as at home. */
export function parseLink(hash: string): Place {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const span = Number(fields.get("span") ?? Number.NaN);
  const palette = fields.get("palette") ?? "";
  const bend = Number(fields.get("depth") ?? 0);
  return {
    re: coordinate(fields.get("re"), home.re),
    im: coordinate(fields.get("im"), home.im),
    span: Number.isFinite(span) && span > 0 ? span : home.span,
    palette: isPaletteName(palette) ? palette : home.palette,
    bend: Number.isInteger(bend) && Math.abs(bend) <= depthSteps ? bend : home.bend,
  };
}

function coordinate(text: string | null, otherwise: bigint): bigint {
  try {
    return text === null ? otherwise : parseFixed(text, coordinateBits);
  } catch (error) {
    if (error instanceof RangeError) {
      return otherwise;
    }
    throw error;
  }
}
