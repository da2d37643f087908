import { element } from "./elements.js";
import type { Explorer } from "./explorer.js";
import { formatLink, parseLink } from "./link.js";

/** Milliseconds without change after which the address is brought up to date: browsers allow few changes in a minute. */
const quiet = 400;

/** Keeps the page's address and the view together. */
export class Address {
  private readonly dialog = element("link-dialog", HTMLDialogElement);
  private readonly text = element("link-text", HTMLInputElement);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private written = location.hash;

  /** @param onTravel is told that a new address was followed */
  constructor(
    private readonly explorer: Explorer,
    onTravel: () => void,
  ) {
    addEventListener("hashchange", () => {
      if (location.hash !== this.written) {
        this.written = location.hash;
        explorer.show(parseLink(location.hash));
        onTravel();
      }
    });
  }

  /** Brings the address up to date soon. */
  update(): void {
    if (this.hash() !== this.written) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.write();
      }, quiet);
    }
  }

  /**
   * Copies the link, or shows it where the browser does not let a page copy.
   *
   * @returns whether it was copied
   */
  async copy(): Promise<boolean> {
    this.write();
    try {
      await navigator.clipboard.writeText(location.href);
      return true;
    } catch {
      // Not asked for over HTTPS, or refused: the user can copy it by hand.
      this.text.value = location.href;
      this.dialog.showModal();
      this.text.select();
      return false;
    }
  }

  private write(): void {
    clearTimeout(this.timer);
    this.written = this.hash();
    history.replaceState(null, "", this.written);
  }

  private hash(): string {
    const { camera, screen, palette, bend } = this.explorer;
    return formatLink(camera, screen, palette, bend);
  }
}
