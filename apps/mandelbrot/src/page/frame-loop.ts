/** Milliseconds between frames that show nothing but new tiles. */
const patience = 120;

/** Draws when there is something to draw, and no more often than the screen shows it. */
export class FrameLoop {
  private frame = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private drawnAt = 0;

  constructor(private readonly draw: () => void) {}

  /** Draws in the next frame. */
  request(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.frame === 0) {
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.drawnAt = performance.now();
        this.draw();
      });
    }
  }

  /**
   * Draws soon, several new tiles at once: a frame takes longer than most tiles.
   *
   * @param atOnce not to wait, for nothing else is to come
   */
  requestSoon(atOnce: boolean): void {
    const wait = this.drawnAt + patience - performance.now();
    if (atOnce || wait <= 0) {
      this.request();
    } else {
      this.timer ??= setTimeout(() => {
        this.request();
      }, wait);
    }
  }
}
