import { element } from "./elements.js";
import type { Explorer } from "./explorer.js";
import { spanOf } from "./camera.js";
import { zoomText } from "./zoom-text.js";

/** Milliseconds without change after which a screen reader is told what the picture has become. */
const pauseBeforeSpeech = 700;

/** Says in figures what is on the screen, to everyone. */
export class Figures {
  private readonly main = element("explorer", HTMLElement);
  private readonly zoom = element("zoom-figure", HTMLElement);
  private readonly iterations = element("iterations-figure", HTMLElement);
  private readonly tiles = element("tiles-figure", HTMLElement);
  private readonly status = element("status", HTMLElement);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private spoken = "";

  constructor(private readonly explorer: Explorer) {}

  update(): void {
    const { camera, screen, iterations } = this.explorer;
    const { tiles, wanted, complete } = this.explorer.progress();
    const zoom = zoomText(spanOf(camera, screen));
    this.zoom.textContent = zoom;
    this.iterations.textContent = String(iterations);
    this.tiles.textContent = `${tiles.length} of ${wanted}`;
    this.main.ariaBusy = String(!complete);
    const painters = [...new Set(tiles.map(({ painter }) => painter))].filter((painter) => painter !== "").sort();
    const by = painters.length === 0 ? "" : `, painted by ${painters.join(", ")}`;
    const text = `Zoom ${zoom}, ${iterations} iterations, ${tiles.length} tiles${by}`;
    if (complete && text !== this.spoken) {
      this.spoken = text;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.status.textContent = text;
      }, pauseBeforeSpeech);
    }
  }

  /** Shows a word for a moment, and tells it to a screen reader. */
  flash(text: string): void {
    this.say(text);
    const word = element("word", HTMLElement);
    word.textContent = text;
    word.hidden = false;
    setTimeout(() => {
      word.hidden = true;
    }, 1_500);
  }

  /** Tells a screen reader something else. */
  say(text: string): void {
    clearTimeout(this.timer);
    this.status.textContent = text;
  }
}
