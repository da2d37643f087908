import type * as Execa from "execa";

/**
 * execa, loaded by a native import: it is an ES module with dependencies that offer no CommonJS entry, so that a
 * static import, which becomes a `require` here, does not find them.
 */
export async function loadExeca(): Promise<typeof Execa> {
  return import("execa");
}
