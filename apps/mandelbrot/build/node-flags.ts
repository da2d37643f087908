/**
 * What Node.js is started with, in the image (its CMD says the same) and by `npm start`: the app makes little that lives
 * long, so a heap that grows slowly and is collected often takes a third less memory and no more time that can be
 * measured (`npm run bench`).
 */
export const nodeFlags = ["--optimize-for-size", "--max-semi-space-size=4"] as const;

/**
 * What glibc is told: one more heap than one for all threads, and arrays of a tile's size from the system and back to it
 * (mallopt(3)). Without the last two the heap stays at the size of its busiest moment.
 */
export const allocatorEnvironment = {
  MALLOC_ARENA_MAX: "2",
  MALLOC_MMAP_THRESHOLD_: "65536",
  MALLOC_TRIM_THRESHOLD_: "131072",
} as const;
