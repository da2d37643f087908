/**
 * Gives an array's memory back at once; the array is empty from then on. Otherwise it would stay until the next garbage
 * collection, and a thread that makes little else but such arrays collects seldom: tens of megabytes gather.
 *
 * Nobody may read the array any more, least of all another thread: to it the memory is simply gone.
 */
export function free(array: Uint32Array<ArrayBuffer> | Uint8ClampedArray<ArrayBuffer>): void {
  array.buffer.transfer(0);
}
