import type { WorkingCopy } from "./working-copy";

/** A change of the app that makes a version of it, by a text that its sources have and what takes its place. */
interface Change {
  readonly title: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** The versions that are released after the one that is committed. */
export const versions = {
  good: {
    title: "Say in other words that the process works",
    file: "src/http/operation.ts",
    from: '.send("ok\\n")',
    to: '.send("well\\n")',
  },
  /** Starts, is alive, and never ready. */
  broken: {
    title: "Break readiness",
    file: "src/http/operation.ts",
    from: 'const why = draining() ? "draining"',
    to: 'const why = performance.now() > 0 ? "rehearsed fault" : draining() ? "draining"',
  },
} as const satisfies Readonly<Record<string, Change>>;

/** Commits a change of an app. */
export async function commitChange(copy: WorkingCopy, app: string, { title, file, from, to }: Change): Promise<void> {
  await copy.commit(title, { [`apps/${app}/${file}`]: (text) => text.replace(from, to) });
}
