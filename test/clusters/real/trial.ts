import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Application, type Observer } from "./observer";
import { type Platform, rootApplication } from "./platform";
import { until } from "./support";

export type Status = NonNullable<Application["status"]>;

interface Rollout {
  readonly status?: { readonly phase?: string; readonly availableReplicas?: number };
}

/** Tries what becomes of a running platform when something in Git goes wrong. */
export class Trial {
  constructor(
    readonly platform: Pick<Platform, "apps" | "copy" | "remote">,
    readonly argoCd: Observer,
  ) {}

  /** Changes a file of the repository, or makes it of nothing. */
  edit(file: string, change: (text: string) => string): void {
    const place = path.join(this.platform.copy.folder, file);
    fs.writeFileSync(place, change(fs.existsSync(place) ? fs.readFileSync(place, "utf8") : ""));
  }

  /** Deletes a file or a folder of the repository. */
  remove(file: string): void {
    fs.rmSync(path.join(this.platform.copy.folder, file), { recursive: true });
  }

  /** Waits until everything is as Git says, and all apps run. */
  async settled(): Promise<void> {
    const { argoCd, platform } = this;
    const head = await platform.copy.git("rev-parse", "HEAD");
    // One that is as Git says from its first moment has had nothing to do.
    const read = ({ sync, operationState }: Status) =>
      sync?.revision === head && (operationState === undefined || operationState.phase === "Succeeded");
    await argoCd.until(rootApplication, "has applied the last commit", read);
    await argoCd.untilFault(undefined);
    const missing = await Promise.all(platform.apps.map(async (name) => (await argoCd.find(name)) === undefined));
    if (missing.includes(true)) await argoCd.lookForApps();
    for (const name of ["tenants", ...platform.apps]) {
      const synced = (status: Status) => read(status) && status.sync?.status === "Synced";
      await argoCd.until(name, "is as the last commit says", synced);
    }
    await until("every app runs", async () => {
      const { items } = await argoCd.cluster.get<{ items: Rollout[] }>("/apis/argoproj.io/v1alpha1/rollouts");
      const running = items.filter(({ status }) => status?.phase === "Healthy" && (status.availableReplicas ?? 0) > 0);
      if (running.length === platform.apps.length) return true;
      throw new Error(JSON.stringify(items.map(({ status }) => status)));
    });
  }

  /**
   * Commits a change, sees what comes of it, and takes it back. Nothing that ran before may be gone, neither while Git is
   * wrong nor when it is right again.
   *
   * @param check is given the commit
   */
  async whileGitHas(change: () => void, check: (commit: string) => Promise<void>): Promise<void> {
    await this.settled();
    const before = await this.argoCd.whatRuns();
    await this.backAfter(async () => {
      change();
      await check(await this.#push("Break something"));
      assert.deepEqual(await this.argoCd.goneSince(before), [], "gone while Git was wrong");
    });
    assert.deepEqual(await this.argoCd.goneSince(before), [], "gone when Git was right again");
  }

  /** Does something, then brings back the commit that there was before it, and waits until everything is as that says. */
  async backAfter(work: () => Promise<void>): Promise<void> {
    const { copy } = this.platform;
    const good = await copy.git("rev-parse", "HEAD");
    try {
      await work();
    } finally {
      await copy.git("read-tree", "-u", "--reset", good);
      await this.#push("Mend it");
    }
    await this.settled();
  }

  async #push(message: string): Promise<string> {
    const { copy, remote } = this.platform;
    await copy.git("add", "--all");
    await copy.git("commit", "--quiet", `--message=${message}`);
    await copy.git("push", "--quiet", remote, "main");
    return copy.git("rev-parse", "HEAD");
  }
}
