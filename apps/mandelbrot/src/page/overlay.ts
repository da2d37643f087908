import { element } from "./elements.js";
import { CloudEvents } from "./events.js";
import type { Explorer } from "./explorer.js";
import { drawFrames } from "./frames.js";
import { CloudPanel } from "./panel.js";

/** Who painted what: frames around the tiles, and the panel. */
export class Overlay {
  private readonly canvas = element("frames", HTMLCanvasElement);
  private readonly context = this.canvas.getContext("2d");
  private readonly section = element("clouds", HTMLElement);
  private readonly button = element("overlay", HTMLButtonElement);
  private readonly panel = new CloudPanel();
  private readonly events = new CloudEvents(
    (clouds) => {
      this.panel.setClouds(clouds);
    },
    () => {
      this.panel.setLost();
    },
  );

  /** @param density pixels of the device for one of CSS */
  constructor(
    private readonly explorer: Explorer,
    private readonly density: () => number,
  ) {
    this.button.addEventListener("click", () => {
      this.toggle();
    });
    element("close-clouds", HTMLButtonElement).addEventListener("click", () => {
      this.toggle();
      this.button.focus();
    });
  }

  get isOn(): boolean {
    return !this.section.hidden;
  }

  toggle(): void {
    const on = !this.isOn;
    this.section.hidden = !on;
    this.canvas.hidden = !on;
    this.button.ariaPressed = String(on);
    this.events.want(on);
    this.update();
  }

  /** Draws the frames of what is on the screen now. */
  update(): void {
    const { layer, camera, screen } = this.explorer;
    if (!this.isOn || this.context === null) {
      return;
    }
    if (this.canvas.width !== screen.width || this.canvas.height !== screen.height) {
      this.canvas.width = screen.width;
      this.canvas.height = screen.height;
    }
    const { tiles } = this.explorer.progress();
    drawFrames(this.context, layer, tiles, camera, screen, this.density());
    this.panel.setTiles(tiles);
  }
}
