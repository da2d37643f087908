// The kernels for WebAssembly SIMD. Nothing here allocates: the caller lays out the memory, from `heapBase()` on.
import { deepWorkBytes } from "./deep";
import { workBytes } from "./lanes";

export { countDeep } from "./deep";
export { countShallow } from "./shallow";

/** First byte of the memory that is the caller's. */
export function heapBase(): usize {
  return __heap_base;
}

/** Bytes of scratch memory that `countShallow` needs. */
export function shallowWorkSize(): usize {
  return workBytes;
}

/** Bytes of scratch memory that `countDeep` needs. */
export function deepWorkSize(): usize {
  return deepWorkBytes;
}
