import type { Grid } from "./grid.js";
import type { DeepView } from "./perturbation.js";

/** What assembly/index.ts exports; it says what the arguments are. Addresses and sizes are in bytes. */
interface KernelExports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  shallowWorkSize(): number;
  deepWorkSize(): number;
  countShallow(
    columns: number,
    rows: number,
    width: number,
    height: number,
    iterations: number,
    counts: number,
    work: number,
  ): void;
  countDeep(
    orbit: number,
    excess: number,
    levels: number,
    levelCount: number,
    columns: number,
    rows: number,
    width: number,
    height: number,
    iterations: number,
    counts: number,
    work: number,
  ): void;
}

/** The kernels in WebAssembly SIMD, with a memory of their own: for one thread. */
export interface SimdKernel {
  /** As `scalarCounts`, with the same counts, written into `into`. */
  shallowCounts(grid: Grid, iterations: number, into: Uint32Array): void;
  /** As `deepCounts`, with the same counts, written into `into`. */
  deepCounts(deep: DeepView, grid: Grid, into: Uint32Array): void;
}

/** A deep view in the kernel's memory: where its orbit and its leaps' levels are, and the first free byte. */
interface Resident {
  readonly deep: DeepView;
  readonly orbit: number;
  readonly excesses: number;
  readonly levels: number;
  readonly end: number;
}

/** Columns are computed eight at a time. */
const group = 8;

/** Where arrays begin: at multiples of this many bytes. */
const alignment = 64;

/**
 * @param module of assembly/index.ts; threads can share it
 * @throws WebAssembly.LinkError if it is another one that needs imports
 */
export function createSimdKernel(module: WebAssembly.Module): SimdKernel {
  const kernel = new WebAssembly.Instance(module).exports as unknown as KernelExports;
  const base = align(kernel.heapBase());
  // What of a deep view is in the memory, and where.
  let resident: Resident | undefined;

  const load = (deep: DeepView): Resident => {
    const { z, excess } = deep.orbit;
    const { data, starts } = deep.leaps;
    const levels = align(base + kernel.deepWorkSize());
    const orbit = align(levels + 4 * starts.length);
    const excesses = align(orbit + z.byteLength);
    const leaps = align(excesses + excess.byteLength);
    const end = align(leaps + data.byteLength);
    reserve(kernel.memory, end);
    new Uint32Array(kernel.memory.buffer, levels, starts.length).set(starts.map((start) => leaps + 8 * start));
    new Float64Array(kernel.memory.buffer, orbit, z.length).set(z);
    new Float64Array(kernel.memory.buffer, excesses, excess.length).set(excess);
    new Float64Array(kernel.memory.buffer, leaps, data.length).set(data);
    return { deep, orbit, excesses, levels, end };
  };

  return {
    shallowCounts: (grid, iterations, into) => {
      // The same memory is used for this.
      resident = undefined;
      const width = grid.re.length;
      const height = grid.im.length;
      const padded = Math.ceil(width / group) * group;
      const columns = align(base + kernel.shallowWorkSize());
      const rows = align(columns + padded * 8);
      const counts = align(rows + height * 8);
      reserve(kernel.memory, counts + padded * height * 4);
      const re = new Float64Array(kernel.memory.buffer, columns, padded);
      re.set(grid.re);
      // The columns that only fill the group up escape at once.
      re.fill(8, width);
      new Float64Array(kernel.memory.buffer, rows, height).set(grid.im);
      kernel.countShallow(columns, rows, padded, height, iterations, counts, base);
      unpad(new Uint32Array(kernel.memory.buffer, counts, padded * height), padded, width, into);
    },
    deepCounts: (deep, grid, into) => {
      if (resident?.deep !== deep) {
        resident = load(deep);
      }
      const width = grid.re.length;
      const height = grid.im.length;
      const columns = resident.end;
      const rows = align(columns + width * 8);
      const counts = align(rows + height * 8);
      reserve(kernel.memory, counts + width * height * 4);
      new Float64Array(kernel.memory.buffer, columns, width).set(grid.re);
      new Float64Array(kernel.memory.buffer, rows, height).set(grid.im);
      kernel.countDeep(
        resident.orbit,
        resident.excesses,
        resident.levels,
        deep.leaps.starts.length,
        columns,
        rows,
        width,
        height,
        deep.iterations,
        counts,
        base,
      );
      into.set(new Uint32Array(kernel.memory.buffer, counts, width * height));
    },
  };
}

/** Copies counts without the columns that fill the groups up. */
function unpad(counts: Uint32Array, padded: number, width: number, into: Uint32Array): void {
  if (padded === width) {
    into.set(counts);
    return;
  }
  for (let row = 0; row * padded < counts.length; row += 1) {
    into.set(counts.subarray(row * padded, row * padded + width), row * width);
  }
}

function align(address: number): number {
  return Math.ceil(address / alignment) * alignment;
}

function reserve(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) {
    memory.grow(Math.ceil(missing / 65_536));
  }
}
