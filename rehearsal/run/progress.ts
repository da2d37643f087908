import type { Progress } from "../engine/operation";

/**
 * Passes on what a person can follow: at once on a terminal, which overwrites it, and at most once every ten seconds
 * in a log, which keeps every line.
 */
export function paced(show: Progress, terminal: boolean = process.stdout.isTTY): Progress {
  const pause = terminal ? 100 : 10_000;
  let next = Date.now() + pause;
  let last = "";
  return (message) => {
    if (message !== last && Date.now() >= next) {
      next = Date.now() + pause;
      last = message;
      show(message);
    }
  };
}

/** `754` as `12 min 34 s`. @param seconds rounded to whole ones */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes === 0 ? `${whole} s` : `${minutes} min ${whole % 60} s`;
}
