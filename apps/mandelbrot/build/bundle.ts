// Bundles the app: main.js, painter.js, which runs in the pool's threads, and what they share.
//
//   node build/bundle.ts [folder]      (default: dist)
import { existsSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
import { pagePlugin } from "./page.ts";
import { wasmPlugin } from "./wasm.ts";

const root = path.dirname(import.meta.dirname);

/** CommonJS packages expect these in an ES module's file. */
const commonJs = `import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const __dirname = import.meta.dirname;
const __filename = import.meta.filename;`;

/** `import codec from "webp.wasm"` gives the bytes of libwebp's encoder. */
const webpPlugin: Plugin = {
  name: "webp-wasm",
  setup: (builder) => {
    builder.onResolve({ filter: /^webp\.wasm$/ }, () =>
      builder.resolve("@jsquash/webp/codec/enc/webp_enc_simd.wasm", { resolveDir: root, kind: "import-statement" }),
    );
  },
};

/** What esbuild is told. */
export function bundleOptions(folder: string): BuildOptions {
  return {
    entryPoints: {
      main: path.join(root, "src/main.ts"),
      painter: path.join(root, "src/workers/painter.ts"),
      // What piscina starts its threads with: it looks for a worker.js beside itself.
      worker: path.join(path.dirname(createRequire(import.meta.url).resolve("piscina")), "worker.js"),
    },
    absWorkingDir: root,
    outdir: folder,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    // One piscina for all three: a thread's and the pool's know each other by its symbols.
    splitting: true,
    minify: true,
    // Names of classes are in messages and logs.
    keepNames: true,
    legalComments: "none",
    banner: { js: commonJs },
    loader: { ".wasm": "binary" },
    // Native code with which piscina would change its threads' priority, if it were told to.
    external: ["@napi-rs/nice"],
    logLevel: "warning",
    plugins: [wasmPlugin(), webpPlugin, pagePlugin()],
  };
}

/** Writes the bundle. The same source and packages give the same bytes. */
export async function bundle(folder: string): Promise<void> {
  if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(path.join(folder, "main.js"))) {
    throw new Error(`${folder} holds something else than a bundle, which would be removed: name another folder.`);
  }
  rmSync(folder, { recursive: true, force: true });
  await build(bundleOptions(folder));
}

if (import.meta.main) {
  await bundle(path.resolve(process.argv[2] ?? path.join(root, "dist")));
}
