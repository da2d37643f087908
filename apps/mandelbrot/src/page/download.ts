import { CountsError } from "./counts.js";
import { element } from "./elements.js";
import type { Explorer } from "./explorer.js";
import { makePictureFile } from "./picture-file.js";

/** Pixels that a picture may have: more than that not every browser can hold. */
const mostPixels = 34_000_000;

/** The dialog that saves the picture at a chosen size. */
export class DownloadDialog {
  private readonly dialog = element("download-dialog", HTMLDialogElement);
  private readonly size = element("download-size", HTMLSelectElement);
  private readonly width = element("download-width", HTMLInputElement);
  private readonly height = element("download-height", HTMLInputElement);
  private readonly note = element("download-note", HTMLElement);
  private readonly bar = element("download-progress", HTMLProgressElement);
  private readonly start = element("download-start", HTMLButtonElement);
  private running: AbortController | undefined;

  constructor(private readonly explorer: Explorer) {
    this.size.addEventListener("change", () => {
      this.takeSize();
    });
    for (const input of [this.width, this.height]) {
      input.addEventListener("input", () => {
        this.size.value = "own";
        this.check();
      });
    }
    element("download-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    element("download-cancel", HTMLButtonElement).addEventListener("click", () => {
      this.dialog.close();
    });
    this.dialog.addEventListener("close", () => {
      this.running?.abort();
    });
  }

  show(): void {
    this.takeSize();
    this.dialog.showModal();
  }

  private takeSize(): void {
    const { width, height } = this.explorer.screen;
    const [wide, high] = this.size.value === "screen" ? [String(width), String(height)] : this.size.value.split("x");
    if (wide !== undefined && high !== undefined) {
      this.width.value = wide;
      this.height.value = high;
    }
    this.check();
  }

  private check(): boolean {
    const pixels = this.width.valueAsNumber * this.height.valueAsNumber;
    const tooLarge = pixels > mostPixels;
    this.width.setCustomValidity(tooLarge ? "The picture would have more than 34 million pixels." : "");
    this.note.textContent = tooLarge
      ? "The picture would have more than 34 million pixels."
      : `${(pixels / 1e6).toFixed(1)} million pixels.`;
    return this.width.checkValidity() && this.height.checkValidity();
  }

  private async save(): Promise<void> {
    if (!this.check() || this.running !== undefined) {
      return;
    }
    const { camera, screen, iterations, palette } = this.explorer;
    const width = this.width.valueAsNumber;
    const height = this.height.valueAsNumber;
    const controller = new AbortController();
    this.setRunning(controller);
    try {
      const order = { camera, screen, iterations, palette, width, height };
      const file = await makePictureFile(order, this.progress, controller.signal);
      controller.signal.throwIfAborted();
      saveAs(file, `mandelbrot-${width}x${height}.png`);
      this.dialog.close();
    } catch (error) {
      if (!controller.signal.aborted) {
        this.note.textContent = `The picture could not be made: ${error instanceof CountsError ? error.message : String(error)}.`;
      }
    } finally {
      controller.abort();
      this.setRunning(undefined);
    }
  }

  private readonly progress = (share: number): void => {
    this.bar.value = share;
    this.note.textContent = share < 1 ? "Painting." : "Saving.";
  };

  private setRunning(controller: AbortController | undefined): void {
    this.running = controller;
    const isRunning = controller !== undefined;
    this.bar.value = 0;
    this.bar.hidden = !isRunning;
    for (const control of [this.start, this.size, this.width, this.height]) {
      control.disabled = isRunning;
    }
  }
}

function saveAs(file: Blob, name: string): void {
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(file);
  anchor.download = name;
  anchor.click();
  // The browser has taken hold of it by then.
  setTimeout(() => {
    URL.revokeObjectURL(anchor.href);
  }, 60_000);
}
