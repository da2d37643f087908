import { lookOf } from "./clouds.js";
import { element } from "./elements.js";
import type { Patch } from "./layer.js";
import type { CloudState } from "./meta.js";

/** The panel that says of every cloud what it runs, whether it is up, and what it painted of what is on the screen. */
export class CloudPanel {
  private readonly list = element("cloud-list", HTMLElement);
  private readonly note = element("cloud-note", HTMLElement);
  private readonly entries = new Map<string, Entry>();
  private clouds: readonly CloudState[] = [];
  private tiles: readonly Patch[] = [];
  private current = true;

  setClouds(clouds: readonly CloudState[]): void {
    this.clouds = clouds;
    this.current = true;
    this.update();
  }

  /** Says that what the panel shows may be old. */
  setLost(): void {
    this.current = false;
    this.update();
  }

  setTiles(tiles: readonly Patch[]): void {
    this.tiles = tiles;
    this.update();
  }

  private update(): void {
    const names = new Set(this.clouds.map(({ cloud }) => cloud));
    for (const [name, entry] of this.entries) {
      if (!names.has(name)) {
        entry.root.remove();
        this.entries.delete(name);
      }
    }
    const painted = this.tiles.filter(({ painter }) => painter !== "");
    for (const state of this.clouds) {
      const own = painted.filter(({ painter }) => painter === state.cloud);
      this.entry(state.cloud).update(state, own, painted.length);
    }
    const text = this.current ? "" : "The server does not answer: this may be out of date.";
    setText(this.note, this.clouds.length === 0 && this.current ? "Waiting for the server." : text);
  }

  private entry(cloud: string): Entry {
    const known = this.entries.get(cloud);
    if (known !== undefined) {
      return known;
    }
    const entry = new Entry(cloud);
    this.entries.set(cloud, entry);
    this.list.append(entry.root);
    return entry;
  }
}

class Entry {
  readonly root = document.createElement("article");
  private readonly state = document.createElement("span");
  private readonly values = new Map<string, HTMLElement>();

  constructor(cloud: string) {
    this.root.className = "cloud";
    this.root.dataset.cloud = cloud;
    const sample = document.createElement("span");
    sample.className = "sample";
    sample.setAttribute("aria-hidden", "true");
    const title = document.createElement("span");
    title.textContent = lookOf(cloud).title;
    this.state.className = "state";
    const heading = document.createElement("h3");
    heading.append(sample, title, this.state);
    const facts = document.createElement("dl");
    for (const name of ["Region", "Version", "Digest", "Latency", "Tiles"]) {
      const term = document.createElement("dt");
      term.textContent = name;
      const value = document.createElement("dd");
      this.values.set(name, value);
      facts.append(term, value);
    }
    this.root.append(heading, facts);
  }

  update(cloud: CloudState, tiles: readonly Patch[], all: number): void {
    this.root.dataset.state = cloud.state;
    const reason = cloud.reason === undefined ? "" : `: ${cloud.reason}`;
    setText(this.state, { up: "up", out: `out${reason}`, unknown: `unknown${reason}` }[cloud.state]);
    this.set("Region", cloud.region || "unknown");
    this.set("Version", cloud.version || "unknown");
    this.set("Digest", shortDigest(cloud.digest), cloud.digest);
    this.set("Latency", latencyOf(cloud));
    const share = all === 0 ? 0 : Math.round((100 * tiles.length) / all);
    const time = tiles.length === 0 ? "" : `, ${Math.round(median(tiles.map((tile) => tile.milliseconds)))} ms each`;
    this.set("Tiles", `${tiles.length} (${share} %)${time}`);
  }

  private set(name: string, text: string, title = ""): void {
    const value = this.values.get(name);
    if (value !== undefined) {
      setText(value, text);
      value.title = title;
    }
  }
}

function latencyOf({ own, latencyMilliseconds }: CloudState): string {
  if (own) {
    return "this server";
  }
  return latencyMilliseconds === undefined ? "unknown" : `${latencyMilliseconds.toFixed(1)} ms`;
}

/** Enough of a digest to tell images apart. */
function shortDigest(digest: string): string {
  return digest === "" ? "unknown" : digest.replace(/^(\w+:)?(\w{12})\w+$/, "$1$2…");
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

/** Changes a text only if it is another, so that a screen reader has nothing to read again. */
function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}
