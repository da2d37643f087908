import { element } from "./elements.js";
import type { Explorer } from "./explorer.js";

/** Says what could not be painted, and lets the user try again. */
export class Notice {
  private readonly box = element("notice", HTMLElement);
  private readonly text = element("notice-text", HTMLElement);

  constructor(private readonly explorer: Explorer) {
    element("retry", HTMLButtonElement).addEventListener("click", () => {
      explorer.retry();
      element("picture", HTMLCanvasElement).focus();
    });
  }

  update(): void {
    const { failed, failure } = this.explorer.progress();
    const text = failed === 0 ? "" : `${failed} ${failed === 1 ? "tile" : "tiles"} could not be painted: ${failure}.`;
    this.box.hidden = failed === 0;
    if (this.text.textContent !== text) {
      this.text.textContent = text;
    }
  }
}
