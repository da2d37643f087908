import { isPaletteName, paletteNames, palettes } from "../picture/palettes.js";
import type { Address } from "./address.js";
import { depthSteps } from "./depth.js";
import { DownloadDialog } from "./download.js";
import { element } from "./elements.js";
import type { Explorer } from "./explorer.js";
import type { Figures } from "./figures.js";
import { listenToKeys } from "./keys.js";
import { home } from "./link.js";
import type { Overlay } from "./overlay.js";

/** CSS pixels that an arrow key moves the view. */
const step = 80;

/** Times that a step zooms. */
const zoomStep = 1.5;

/** Where the browser keeps whether keys with letters and signs act. */
const lettersKey = "keys-with-letters";

interface Parts {
  readonly explorer: Explorer;
  readonly overlay: Overlay;
  readonly figures: Figures;
  /** Pixels of the device for one of CSS. */
  readonly density: () => number;
}

/** Buttons and keys. */
export interface Controls {
  /** Shows in the controls what the explorer shows. */
  readonly update: () => void;
  readonly listen: (address: Address) => void;
}

/** The page's buttons and keys, for which every action is the same. */
export function createControls({ explorer, overlay, figures, density }: Parts): Controls {
  const paletteChoice = element("palette", HTMLSelectElement);
  const letters = element("letters", HTMLInputElement);
  const help = element("help-dialog", HTMLDialogElement);
  const download = new DownloadDialog(explorer);

  const update = () => {
    paletteChoice.value = explorer.palette;
    element("shallower", HTMLButtonElement).disabled = explorer.bend <= -depthSteps;
    element("deeper", HTMLButtonElement).disabled = explorer.bend >= depthSteps;
  };
  const pan = (right: number, down: number) => (event: KeyboardEvent) => {
    const far = step * density() * (event.shiftKey ? 4 : 1);
    explorer.move({ k: 1, x: -right * far, y: -down * far });
  };
  const zoomIn = () => {
    explorer.zoom(zoomStep);
  };
  const zoomOut = () => {
    explorer.zoom(1 / zoomStep);
  };
  const goHome = () => {
    explorer.show({ ...home, palette: explorer.palette });
    update();
  };
  const bend = (by: number) => () => {
    const bent = Math.min(depthSteps, Math.max(-depthSteps, explorer.bend + by));
    if (bent !== explorer.bend) {
      explorer.setBend(bent);
      update();
    }
  };
  const nextPalette = () => {
    const next = paletteNames[(paletteNames.indexOf(explorer.palette) + 1) % paletteNames.length] ?? explorer.palette;
    explorer.setPalette(next);
    figures.say(`Palette ${palettes[next].title}`);
    update();
  };
  const showDownload = () => {
    download.show();
  };
  const showHelp = () => {
    help.showModal();
  };
  const toggleOverlay = () => {
    overlay.toggle();
    figures.say(overlay.isOn ? "Clouds shown" : "Clouds hidden");
  };

  const listen = (address: Address) => {
    const copyLink = async () => {
      if (await address.copy()) {
        figures.flash("Link copied");
      }
    };
    const onClick = (id: string, action: () => void) => {
      element(id, HTMLButtonElement).addEventListener("click", action);
    };
    onClick("zoom-in", zoomIn);
    onClick("zoom-out", zoomOut);
    onClick("home", goHome);
    onClick("shallower", bend(-1));
    onClick("deeper", bend(1));
    onClick("link", () => void copyLink());
    onClick("download", showDownload);
    onClick("help", showHelp);
    listenToKeys(
      {
        ArrowLeft: pan(-1, 0),
        ArrowRight: pan(1, 0),
        ArrowUp: pan(0, -1),
        ArrowDown: pan(0, 1),
        Home: goHome,
        "0": goHome,
        "+": zoomIn,
        "=": zoomIn,
        "-": zoomOut,
        "[": bend(-1),
        "]": bend(1),
        p: nextPalette,
        o: toggleOverlay,
        l: () => void copyLink(),
        d: showDownload,
        "?": showHelp,
      },
      () => letters.checked,
    );
  };

  for (const name of paletteNames) {
    paletteChoice.add(new Option(palettes[name].title, name));
  }
  paletteChoice.addEventListener("change", () => {
    if (isPaletteName(paletteChoice.value)) {
      explorer.setPalette(paletteChoice.value);
    }
  });
  letters.checked = localStorage.getItem(lettersKey) !== "off";
  letters.addEventListener("change", () => {
    localStorage.setItem(lettersKey, letters.checked ? "on" : "off");
  });
  update();
  return { update, listen };
}
