import { constants, type ZlibOptions, type ZstdOptions } from "node:zlib";
import type { FastifyCompressOptions } from "@fastify/compress";

/**
 * Fast rather than small: neighbouring counts are so alike that the first level already makes little of them. A window
 * of 256 KB keeps what each answer under way takes small.
 */
const level: ZlibOptions & ZstdOptions = {
  level: 1,
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_windowLog]: 18 },
};

/** How answers are compressed; a route says whether they are. */
export const compression: FastifyCompressOptions = {
  global: false,
  encodings: ["zstd", "gzip"],
  threshold: 1_024,
  // Zstandard's take the same way.
  zlibOptions: level,
};
