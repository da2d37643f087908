import { type CloudState, readMeta } from "./meta.js";

/** Milliseconds until another try after the server refused a stream; a broken one the browser mends itself. */
const patience = 5_000;

/**
 * Follows the state of the clouds while it is wanted and the page is seen: browsers allow few connections for a host, and
 * a hidden page needs none.
 */
export class CloudEvents {
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wanted = false;

  /**
   * @param onState is given every new state
   * @param onLoss is told that there is none for now
   */
  constructor(
    private readonly onState: (clouds: readonly CloudState[]) => void,
    private readonly onLoss: () => void,
  ) {
    document.addEventListener("visibilitychange", () => {
      this.update();
    });
  }

  /** Starts or ends following. */
  want(wanted: boolean): void {
    this.wanted = wanted;
    this.update();
  }

  private update(): void {
    if (this.wanted && !document.hidden) {
      this.open();
    } else {
      this.close();
    }
  }

  private open(): void {
    if (this.source !== undefined) {
      return;
    }
    clearTimeout(this.timer);
    const source = new EventSource("/api/events");
    this.source = source;
    source.addEventListener("status", ({ data }: MessageEvent<string>) => {
      this.onState(readMeta(data));
    });
    source.addEventListener("error", () => {
      this.onLoss();
      if (source.readyState === EventSource.CLOSED) {
        this.close();
        this.timer = setTimeout(() => {
          this.update();
        }, patience);
      }
    });
  }

  private close(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = undefined;
  }
}
