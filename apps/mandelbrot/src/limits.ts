/** What one request may ask for. */
export const limits = {
  /** Characters of a query: two coordinates with every digit, and room for the rest. */
  queryLength: 4_096,
  /** Largest absolute value of the view's centre. */
  coordinate: 4,
  /** Widest view. */
  span: 8,
  /** The orbit of a deep view takes a worker a tenth of a second, and 5 MB, at this depth. */
  iterations: 100_000,
  /** Pixels that are computed: enough for 1920 x 1080. */
  pixels: 1 << 21,
  /** Coarsest pass. */
  stride: 64,
  /** Milliseconds after which a request is given up. */
  milliseconds: 20_000,
} as const;
