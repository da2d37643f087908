/** Red, green and blue, from 0 to 255. */
type Colour = readonly [number, number, number];

/** Colours that counts run through again and again. */
interface Palette {
  /** What people read. */
  readonly title: string;
  /** Evenly spaced around the cycle; the last runs into the first. */
  readonly stops: readonly Colour[];
}

/** The first is the default. None holds black, which stands for the inside of the set. */
export const palettes = {
  dusk: {
    title: "Dusk",
    stops: [
      [9, 20, 92],
      [24, 82, 177],
      [83, 166, 224],
      [237, 250, 252],
      [255, 205, 92],
      [244, 140, 20],
      [148, 56, 42],
      [54, 16, 66],
    ],
  },
  ember: {
    title: "Ember",
    stops: [
      [44, 12, 52],
      [122, 20, 60],
      [204, 52, 44],
      [246, 128, 30],
      [252, 210, 88],
      [255, 250, 220],
      [226, 150, 120],
      [120, 58, 96],
    ],
  },
  lagoon: {
    title: "Lagoon",
    stops: [
      [10, 48, 64],
      [14, 98, 104],
      [40, 158, 130],
      [140, 214, 148],
      [240, 250, 200],
      [150, 214, 210],
      [56, 130, 170],
      [26, 66, 110],
    ],
  },
  // The stops of cividis (Nuñez, Anderton and Renslow 2018), there and back: lightness alone tells them apart.
  cividis: {
    title: "Cividis, for colour-blind people",
    stops: [
      [0, 34, 78],
      [53, 69, 108],
      [102, 105, 112],
      [148, 142, 119],
      [200, 184, 102],
      [254, 232, 56],
      [200, 184, 102],
      [148, 142, 119],
      [102, 105, 112],
      [53, 69, 108],
    ],
  },
  slate: {
    title: "Slate",
    stops: [
      [38, 42, 48],
      [104, 110, 118],
      [180, 186, 192],
      [250, 251, 252],
      [180, 186, 192],
      [104, 110, 118],
    ],
  },
} as const satisfies Record<string, Palette>;

/** A name that a request or a link may ask for. */
export type PaletteName = keyof typeof palettes;

/** Every palette, the default first. */
export const paletteNames = Object.keys(palettes) as readonly PaletteName[];

/** The palette of whoever asks for none. */
export const defaultPalette: PaletteName = "dusk";

/** Whether a palette goes by this name. */
export function isPaletteName(name: string): name is PaletteName {
  return Object.hasOwn(palettes, name);
}

/**
 * Bytes of the pixels with these counts: red, green, blue and an alpha of 255.
 *
 * A count has its colour whatever the iterations are, so that colours stay while the depth of a view changes.
 *
 * @param iterations counts from here on are inside the set: black
 */
export function colourCounts(
  counts: Uint32Array,
  iterations: number,
  palette: PaletteName,
): Uint8ClampedArray<ArrayBuffer> {
  const table = colourTable(palette, iterations);
  const pixels = new Uint32Array(counts.length);
  for (let index = 0; index < counts.length; index += 1) {
    const count = counts[index] ?? iterations;
    pixels[index] = count < iterations ? (table[count] ?? inside) : inside;
  }
  return new Uint8ClampedArray(pixels.buffer);
}

/** Pixels are moved as words whose bytes are in the machine's own order: all words come from bytes. */
const inside = word([0, 0, 0]);

const tables = new Map<PaletteName, Uint32Array>();

/** Words of the counts below `iterations` at least, kept for the next picture. */
function colourTable(palette: PaletteName, iterations: number): Uint32Array {
  const known = tables.get(palette);
  if (known !== undefined && known.length >= iterations) {
    return known;
  }
  const table = new Uint32Array(Math.max(iterations, 1024));
  const { stops }: Palette = palettes[palette];
  for (let count = 0; count < table.length; count += 1) {
    table[count] = word(colourAt(stops, turn(count)));
  }
  tables.set(palette, table);
  return table;
}

/**
 * How far around the cycle a count is, in turns. A square root is what IEEE 754 rounds correctly, thus the same on every
 * machine; it brings neighbouring counts nearer to each other the greater they are, less so than a logarithm, which would
 * leave a deep view, where all counts are great, in one colour.
 */
function turn(count: number): number {
  return Math.sqrt(count) / 8;
}

function colourAt(stops: readonly Colour[], turns: number): Colour {
  const place = (turns - Math.floor(turns)) * stops.length;
  const first = Math.floor(place) % stops.length;
  const from = stops[first] ?? [0, 0, 0];
  const to = stops[(first + 1) % stops.length] ?? from;
  const share = place - Math.floor(place);
  const mix = (channel: 0 | 1 | 2) => Math.round(from[channel] + (to[channel] - from[channel]) * share);
  return [mix(0), mix(1), mix(2)];
}

function word([red, green, blue]: Colour): number {
  return new Uint32Array(Uint8Array.of(red, green, blue, 255).buffer)[0] ?? 0;
}
