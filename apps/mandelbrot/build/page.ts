// Makes of src/page what a browser loads.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { build, type Plugin } from "esbuild";
import type { PageAsset } from "../src/page-asset.ts";

const source = path.join(path.dirname(import.meta.dirname), "src", "page");

/**
 * The page: scripts and styles in one file each, minified, with a hash of their contents in their address. The same
 * sources give the same bytes.
 *
 * @throws Error with esbuild's messages
 */
export async function buildPage(): Promise<readonly PageAsset[]> {
  const [script, style] = await Promise.all([bundled("main.ts", "text/javascript"), bundled("style.css", "text/css")]);
  const page = readFileSync(path.join(source, "index.html"), "utf8")
    .replace('"main.ts"', `"${script.path}"`)
    .replace('"style.css"', `"${style.path}"`)
    .replace(/<!--.*?-->/gs, "")
    .replace(/\n\s*/g, "\n");
  if (!page.includes(script.path) || !page.includes(style.path)) {
    throw new Error("src/page/index.html names neither main.ts nor style.css");
  }
  return [
    { path: "/", type: "text/html; charset=utf-8", body: Buffer.from(page), immutable: false },
    script,
    style,
    {
      path: "/favicon.svg",
      type: "image/svg+xml",
      body: readFileSync(path.join(source, "favicon.svg")),
      immutable: false,
    },
  ];
}

/** For esbuild: `import assets from "page:assets"` gives what {@link buildPage} makes. */
export function pagePlugin(): Plugin {
  return {
    name: "page-assets",
    setup: (builder) => {
      builder.onResolve({ filter: /^page:assets$/ }, () => ({ path: "page:assets", namespace: "page-assets" }));
      builder.onLoad({ filter: /.*/, namespace: "page-assets" }, async () => ({
        contents: moduleOf(await buildPage()),
        loader: "js",
        watchDirs: [source],
      }));
    },
  };
}

function moduleOf(assets: readonly PageAsset[]): string {
  const entries = assets.map(({ path, type, body, immutable }) => {
    const bytes = `new Uint8Array(Buffer.from(${JSON.stringify(Buffer.from(body).toString("base64"))}, "base64"))`;
    return `{ path: ${JSON.stringify(path)}, type: ${JSON.stringify(type)}, body: ${bytes}, immutable: ${immutable} }`;
  });
  return `import { Buffer } from "node:buffer";\nexport default [${entries.join(", ")}];\n`;
}

async function bundled(entry: string, type: string): Promise<PageAsset> {
  const { outputFiles } = await build({
    entryPoints: [path.join(source, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: ["es2022", "chrome111", "firefox115", "safari16.4"],
    legalComments: "none",
    logLevel: "silent",
  });
  const [output] = outputFiles;
  if (output === undefined) {
    throw new Error(`esbuild makes nothing of src/page/${entry}`);
  }
  const hash = createHash("sha256").update(output.contents).digest("hex").slice(0, 12);
  const { name } = path.parse(entry);
  const extension = type === "text/css" ? "css" : "js";
  return {
    path: `/assets/${name}-${hash}.${extension}`,
    type: `${type}; charset=utf-8`,
    body: output.contents,
    immutable: true,
  };
}
