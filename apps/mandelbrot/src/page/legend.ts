import { colourCounts, type PaletteName, palettes } from "../picture/palettes.js";
import { element } from "./elements.js";

/** Shows which colour stands for which count. */
export class Legend {
  private readonly canvas = element("scale", HTMLCanvasElement);
  private readonly ticks = element("ticks", HTMLElement);
  private shown = "";

  /**
   * @param from the least count on the screen
   * @param to the iterations, where the inside of the set begins
   */
  update(palette: PaletteName, from: number, to: number): void {
    const key = `${palette} ${from} ${to}`;
    if (key === this.shown) {
      return;
    }
    this.shown = key;
    const { width } = this.canvas;
    const counts = Uint32Array.from({ length: width }, (_, index) => countAt(from, to, index / (width - 1)));
    const pixels = colourCounts(counts, to + 1, palette);
    this.canvas.getContext("2d")?.putImageData(new ImageData(pixels, width, 1), 0, 0);
    this.canvas.ariaLabel = `Colours of the palette ${palettes[palette].title}: from ${from} to ${to} iterations until a point escapes; black is inside the set`;
    this.ticks.replaceChildren(
      ...[0, 0.5, 1].map((place) => {
        const tick = document.createElement("span");
        tick.textContent = String(countAt(from, to, place));
        tick.style.left = `${place * 100}%`;
        return tick;
      }),
    );
  }
}

/** A logarithmic scale: as small counts take up most of a picture. */
function countAt(from: number, to: number, place: number): number {
  return Math.round(from * (to / from) ** place);
}
