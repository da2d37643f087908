import { offsets, points } from "./grid.js";
import { createLeaps } from "./leaps.js";
import { centreOrbit } from "./orbit.js";
import { type DeepView, deepCounts } from "./perturbation.js";
import { checkRequest, type CountRequest, type View } from "./request.js";
import { scalarCounts } from "./scalar.js";
import { createSimdKernel } from "./simd.js";

/** Computes counts, in one thread. */
export interface Painter {
  /** What computes: WebAssembly SIMD or plain JavaScript. Both give the same counts. */
  readonly kernel: "simd" | "scalar";
  /**
   * Counts of a view's or tile's pixels, row by row from the top left: iterations until they escape, from 1 to
   * `view.iterations`, which means inside the set. The same request gives the same counts everywhere.
   *
   * @param into where they are written, and what is returned: one for each pixel. @default a new array
   * @throws RequestError naming what is out of its limits; nothing was computed then
   */
  paintCounts(request: CountRequest, into?: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer>;
}

/**
 * Width of a pixel below which views are deep, that is, computed by perturbation: there, 64 doubles or fewer are left
 * between two neighbours at |c| = 1.
 */
export const deepPixel = 2 ** -46;

/** Whether a view is deep. It depends on the view alone, so that all of its tiles are computed alike. */
export function isDeep(view: View): boolean {
  return view.span / view.width < deepPixel;
}

/**
 * @param module of assembly/index.ts; without one, or where WebAssembly lacks SIMD, JavaScript computes everything
 */
export function createPainter(module?: WebAssembly.Module): Painter {
  const simd = module === undefined ? undefined : createSimdKernel(module);
  const prepared = createDeepCache();
  return {
    kernel: simd === undefined ? "scalar" : "simd",
    paintCounts: (request, into) => {
      const { view } = request;
      const tile = checkRequest(request);
      const counts = into ?? new Uint32Array(tile.width * tile.height);
      const grid = offsets(view, tile);
      if (isDeep(view)) {
        const deep = prepared(view);
        if (simd === undefined) {
          counts.set(deepCounts(deep, grid));
        } else {
          simd.deepCounts(deep, grid, counts);
        }
        return counts;
      }
      const shallow = points({ re: Number(view.re), im: Number(view.im) }, grid);
      if (simd === undefined) {
        counts.set(scalarCounts(shallow, view.iterations));
      } else {
        simd.shallowCounts(shallow, view.iterations, counts);
      }
      return counts;
    },
  };
}

/**
 * The module of bytes that build/wasm.ts made.
 *
 * @returns nothing where WebAssembly or its SIMD instructions are not to be had
 */
export function loadModule(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | undefined {
  return typeof WebAssembly === "object" && WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined;
}

/** What a deep view's tiles share, kept for the latest view. */
function createDeepCache(): (view: View) => DeepView {
  let key = "";
  let value: DeepView | undefined;
  return (view) => {
    const wanted = [view.re, view.im, view.span, view.width, view.height, view.iterations].join(" ");
    if (value === undefined || key !== wanted) {
      value = prepareDeep(view);
      key = wanted;
    }
    return value;
  };
}

function prepareDeep(view: View): DeepView {
  const orbit = centreOrbit(view);
  const reach = (view.width - 1 + (view.height - 1)) * (view.span / (2 * view.width));
  return { orbit, leaps: createLeaps(orbit, reach), iterations: view.iterations };
}
