// What build/bundle.ts puts into the bundle in place of these.

/** The kernels: assembly/index.ts, compiled. */
declare module "kernel.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

/** libwebp's encoder, from @jsquash/webp. */
declare module "webp.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

/** The page, bundled: see src/page-asset.ts, which a module that is declared by name cannot import. */
declare module "page:assets" {
  const assets: readonly {
    readonly path: string;
    readonly type: string;
    readonly body: Uint8Array;
    readonly immutable: boolean;
  }[];
  export default assets;
}
