import { select } from "d3-selection";
import { type D3ZoomEvent, zoom, zoomIdentity } from "d3-zoom";
import type { Move } from "./camera.js";

/** What gestures do to the picture; places are in CSS pixels from the element's top left. */
export interface GestureHandlers {
  /** A drag, wheel or pinch moved what is on the screen by a step. */
  move(move: Move): void;
  /** A double click or tap at a place. */
  zoom(factor: number, x: number, y: number): void;
  /** Least and greatest factor by which the picture may be enlarged now. */
  limits(): readonly [number, number];
}

/** Lets a pointer drag, and a wheel, a pinch or two taps zoom. */
export function listenToGestures(element: HTMLCanvasElement, handlers: GestureHandlers): void {
  const selection = select<HTMLCanvasElement, unknown>(element);
  let resetting = false;
  const behaviour = zoom<HTMLCanvasElement, unknown>()
    .on("start", () => {
      behaviour.scaleExtent([...handlers.limits()]);
      element.classList.add("moving");
    })
    .on("end", () => {
      element.classList.remove("moving");
    })
    .on("zoom", ({ transform }: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
      if (resetting) {
        return;
      }
      handlers.move(transform);
      // Every step starts from the identity, even amid a gesture: its size never adds up to more than doubles can hold.
      resetting = true;
      behaviour.transform(selection, zoomIdentity);
      resetting = false;
      behaviour.scaleExtent([...handlers.limits()]);
    });
  selection.call(behaviour);
  // A double click of d3-zoom's own would be a long transition, which the steps above cut short.
  selection.on("dblclick.zoom", (event: MouseEvent | TouchEvent) => {
    event.preventDefault();
    const point = "changedTouches" in event ? event.changedTouches[0] : event;
    if (point !== undefined) {
      const { left, top } = element.getBoundingClientRect();
      handlers.zoom(event.shiftKey ? 0.5 : 2, point.clientX - left, point.clientY - top);
    }
  });
}
