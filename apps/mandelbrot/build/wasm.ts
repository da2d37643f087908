// Compiles assembly/index.ts to WebAssembly, with AssemblyScript. The same source and compiler give the same bytes.
import path from "node:path";
import asc from "assemblyscript/asc";
import type { Plugin } from "esbuild";

const root = path.dirname(import.meta.dirname);

/**
 * The kernel's module.
 *
 * @throws Error with the compiler's messages
 */
export async function compileWasm(): Promise<Uint8Array<ArrayBuffer>> {
  const files = new Map<string, string | Uint8Array>();
  let messages = "";
  const { error } = await asc.main(
    [
      ...["assembly/index.ts", "--baseDir", root, "--outFile", "kernel.wasm"],
      // No allocator, no checks, no imports: the module is the kernels and their memory.
      ...["-O3", "--noAssert", "--runtime", "stub", "--use", "abort=", "--enable", "simd"],
    ],
    {
      writeFile: (name, contents) => {
        files.set(name, contents);
      },
      stderr: {
        write: (text: string | Uint8Array) => {
          messages += typeof text === "string" ? text : Buffer.from(text).toString();
        },
      },
    },
  );
  const binary = files.get("kernel.wasm");
  if (error !== null || !(binary instanceof Uint8Array)) {
    throw new Error(`AssemblyScript cannot compile the kernel: ${error?.message ?? ""}\n${messages}`);
  }
  return new Uint8Array(binary);
}

/** For esbuild: `import kernel from "kernel.wasm"` gives the module's bytes, compiled while bundling. */
export function wasmPlugin(): Plugin {
  return {
    name: "kernel-wasm",
    setup: (build) => {
      build.onResolve({ filter: /^kernel\.wasm$/ }, () => ({ path: "kernel.wasm", namespace: "kernel-wasm" }));
      build.onLoad({ filter: /.*/, namespace: "kernel-wasm" }, async () => ({
        contents: await compileWasm(),
        loader: "binary",
        watchDirs: [path.join(root, "assembly")],
      }));
    },
  };
}
