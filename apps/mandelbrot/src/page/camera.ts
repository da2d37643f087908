import { doubleRounder, fromDouble } from "../kernel/fixed.js";

/** Bits after the point of all coordinates: 117 more than the smallest pixel takes. */
export const coordinateBits = 1_024;

/** Pixels of the device, not of CSS. */
export interface Screen {
  readonly width: number;
  readonly height: number;
}

/** A point of the complex plane, in fixed point with {@link coordinateBits} bits. */
export interface Point {
  readonly re: bigint;
  readonly im: bigint;
}

/** What the screen shows: the point at its centre, and the width of one of its pixels in the complex plane. */
export interface Camera extends Point {
  readonly pixel: number;
}

/** `s -> k s + (x, y)` of points on the screen, in pixels from its top left. */
export interface Move {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}

/** Narrowest view across the shorter side of the screen; below it doubles no longer hold what a tile is asked with. */
const narrowest = 1e-270;

/** Widest view across the longer side: a little below the 8 that a request may span. */
const widest = 7.9;

/** Beyond this there is nothing to see. */
const farthest = 2n << BigInt(coordinateBits);

const toDouble = doubleRounder(coordinateBits);

/** Pixel widths that the screen can show. */
export function pixelLimits(screen: Screen): { readonly least: number; readonly most: number } {
  return {
    least: narrowest / Math.min(screen.width, screen.height),
    most: widest / Math.max(screen.width, screen.height),
  };
}

/** The pixel width that the screen can show that is nearest to this one. */
export function pixelWithin(pixel: number, screen: Screen): number {
  const { least, most } = pixelLimits(screen);
  return Math.min(Math.max(pixel, least), most);
}

/** Width of the view across the shorter side of the screen: what a link says, so that it fits a screen of any shape. */
export function spanOf(camera: Camera, screen: Screen): number {
  return camera.pixel * Math.min(screen.width, screen.height);
}

/** The camera that shows a point in the middle of the screen with this span across its shorter side. */
export function cameraAt(point: Point, span: number, screen: Screen): Camera {
  const pixel = pixelWithin(span / Math.min(screen.width, screen.height), screen);
  return { re: clamped(point.re), im: clamped(point.im), pixel };
}

/** The camera after what is on the screen has moved. The pixel is kept within its limits. */
export function moved(camera: Camera, screen: Screen, { k, x, y }: Move): Camera {
  const pixel = pixelWithin(camera.pixel / k, screen);
  const centre = { x: screen.width / 2, y: screen.height / 2 };
  return {
    re: clamped(camera.re + fixed(((centre.x - x) / k - centre.x) * camera.pixel)),
    im: clamped(camera.im - fixed(((centre.y - y) / k - centre.y) * camera.pixel)),
    pixel,
  };
}

/** The move that zooms by a factor and keeps a point of the screen where it is, within the limits of the pixel. */
export function zoomAbout(camera: Camera, screen: Screen, factor: number, x: number, y: number): Move {
  const { least, most } = pixelLimits(screen);
  const k = Math.min(Math.max(factor, camera.pixel / most), camera.pixel / least);
  return { k, x: x * (1 - k), y: y * (1 - k) };
}

/** The point that lies so many pixels to the right of and below another. */
export function pointBeside(point: Point, pixel: number, right: number, below: number): Point {
  return { re: point.re + fixed(right * pixel), im: point.im - fixed(below * pixel) };
}

/** How many pixels a point lies to the right of and below another. */
export function pixelsBetween(from: Point, to: Point, pixel: number): { readonly x: number; readonly y: number } {
  return { x: toDouble(to.re - from.re) / pixel, y: toDouble(from.im - to.im) / pixel };
}

function fixed(value: number): bigint {
  return fromDouble(value, coordinateBits);
}

function clamped(value: bigint): bigint {
  return value > farthest ? farthest : value < -farthest ? -farthest : value;
}
