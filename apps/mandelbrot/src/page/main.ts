import { Address } from "./address.js";
import { pixelLimits, type Screen } from "./camera.js";
import { createControls } from "./controls.js";
import { element } from "./elements.js";
import { Explorer } from "./explorer.js";
import { Figures } from "./figures.js";
import { listenToGestures } from "./gestures.js";
import { Legend } from "./legend.js";
import { parseLink } from "./link.js";
import { Notice } from "./notice.js";
import { Overlay } from "./overlay.js";

/** Pixels of the device for one of CSS: more than two make work, and nothing that can be seen. */
function density(): number {
  return Math.min(2, devicePixelRatio);
}

function screenSize(): Screen {
  return {
    width: Math.max(1, Math.round(innerWidth * density())),
    height: Math.max(1, Math.round(innerHeight * density())),
  };
}

const canvas = element("picture", HTMLCanvasElement);
const context = canvas.getContext("2d", { alpha: false });
if (context === null) {
  throw new Error("this browser draws no pictures");
}
Object.assign(canvas, screenSize());
const explorer = new Explorer(context, screenSize(), parseLink(location.hash));

const legend = new Legend();
const figures = new Figures(explorer);
const overlay = new Overlay(explorer, density);
const notice = new Notice(explorer);
const controls = createControls({ explorer, overlay, figures, density });
const address = new Address(explorer, controls.update);
controls.listen(address);

explorer.subscribe(() => {
  const { palette, iterations } = explorer;
  const counts = explorer.progress().tiles.map((tile) => tile.leastCount);
  const least = Math.min(...counts);
  legend.update(palette, least < iterations ? least : 1, iterations);
  figures.update();
  overlay.update();
  notice.update();
  address.update();
});

listenToGestures(canvas, {
  move: ({ k, x, y }) => {
    explorer.move({ k, x: x * density(), y: y * density() });
  },
  zoom: (factor, x, y) => {
    explorer.zoom(factor, x * density(), y * density());
  },
  limits: () => {
    const { least, most } = pixelLimits(explorer.screen);
    return [explorer.camera.pixel / most, explorer.camera.pixel / least];
  },
});

let lastDensity = density();
addEventListener("resize", () => {
  const size = screenSize();
  Object.assign(canvas, size);
  explorer.resize(size, density() / lastDensity);
  lastDensity = density();
});
