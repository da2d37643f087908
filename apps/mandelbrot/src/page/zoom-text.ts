import { home } from "./link.js";

/** Times that the view is enlarged over the whole set, such as `1.2e5`. */
export function zoomText(span: number): string {
  const zoom = home.span / span;
  return zoom < 1000 ? String(Number(zoom.toPrecision(3))) : zoom.toExponential(1).replace("e+", "e");
}
