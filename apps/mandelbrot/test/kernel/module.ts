import assert from "node:assert/strict";
import { compileWasm } from "../../build/wasm.js";
import { loadModule } from "../../src/kernel/paint.js";

let bytes: Promise<Uint8Array<ArrayBuffer>> | undefined;

/** What build/wasm.ts makes, compiled once for all tests of a process: it takes seconds. */
export function kernelBytes(): Promise<Uint8Array<ArrayBuffer>> {
  bytes ??= compileWasm();
  return bytes;
}

export async function kernelModule(): Promise<WebAssembly.Module> {
  const module = loadModule(await kernelBytes());
  assert.ok(module !== undefined, "this Node.js has no WebAssembly SIMD");
  return module;
}
