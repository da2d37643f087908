import { setTimeout as sleep } from "node:timers/promises";
import { isBrokenCircuitError } from "cockatiel";
import type { Logger } from "pino";
import type { Tile, View } from "../kernel/request.js";
import type { Cloud, Settings } from "../settings.js";
import type { Pool } from "../workers/pool.js";
import { DeclinedError, PeerError } from "./errors.js";
import type { PeerStatus } from "./meta.js";
import { Peer } from "./peer.js";
import { rendezvousOrder } from "./rendezvous.js";
import { chooseSample } from "./sample.js";

/** Milliseconds between two probes of a peer. */
const probeEvery = 2_000;

/** A tile of a view, all said. */
export interface WantedTile {
  readonly view: View;
  readonly tile: Required<Tile>;
}

/** Counts, and who painted them. */
export interface TileByCloud {
  readonly counts: Uint32Array<ArrayBuffer>;
  readonly cloud: Cloud;
  /** Milliseconds that a worker computed, or another cloud took. */
  readonly milliseconds: number;
}

export interface TileOptions {
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

/** What is told of each tile. */
export interface CloudsObserver {
  painted(cloud: Cloud, milliseconds: number): void;
  failed(cloud: Cloud, why: "declined" | "failed" | "wrong"): void;
}

/** Whether a tile is a quick look at a view, which is painted here and before others. */
export function isCoarse({ width, height, stride }: Required<Tile>): boolean {
  return stride > 1 && width * height <= 1 << 16;
}

/** The clouds that paint: this one and its peers. */
export class Clouds {
  readonly peers: readonly Peer[];
  readonly #own: Cloud;
  readonly #pool: Pool;
  readonly #observer: CloudsObserver;
  readonly #stopped = new AbortController();
  #tiles = 0;

  constructor(settings: Settings, pool: Pool, observer: CloudsObserver, log: Logger) {
    this.#own = settings.cloud;
    this.#pool = pool;
    this.#observer = observer;
    const [secret = ""] = settings.stageSecrets;
    this.peers = [...settings.stageUrls].map(
      ([cloud, url]) =>
        new Peer({
          cloud,
          url,
          secret,
          timeoutMilliseconds: settings.stageTimeoutMilliseconds,
          onChange: (status: PeerStatus) => {
            log[status.state === "out" ? "warn" : "info"]({ peer: status }, `${cloud} is ${status.state}`);
          },
        }),
    );
  }

  /** Tiles that this cloud painted, for itself and for others. */
  get tiles(): number {
    return this.#tiles;
  }

  /** Begins to look after the peers. */
  start(): void {
    for (const peer of this.peers) {
      void this.#lookAfter(peer);
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  /**
   * Has a tile painted by the cloud whose turn it is, or by the next one if that fails, in the end by this one.
   *
   * @throws RequestError, LateError, or the signal's reason
   */
  async paint(wanted: WantedTile, options: TileOptions): Promise<TileByCloud> {
    const usable = this.peers.filter((peer) => peer.usable);
    const order = rendezvousOrder(JSON.stringify(wanted), [this.#own, ...usable.map((peer) => peer.cloud)]);
    for (const cloud of order.slice(0, order.indexOf(this.#own))) {
      const peer = usable.find((each) => each.cloud === cloud);
      const tile = peer === undefined ? undefined : await this.#paintThere(peer, wanted, options);
      if (tile !== undefined) {
        return tile;
      }
    }
    return this.paintHere(wanted, options);
  }

  /** Paints a tile in this cloud. */
  async paintHere(wanted: WantedTile, options: TileOptions): Promise<TileByCloud> {
    const lane = isCoarse(wanted.tile) ? "first" : "later";
    const { counts, milliseconds } = await this.#pool.paint(wanted, { ...options, lane });
    this.#tiles += 1;
    this.#observer.painted(this.#own, milliseconds);
    return { counts, cloud: this.#own, milliseconds };
  }

  /** @returns nothing if the peer cannot, or if what it gave is wrong */
  async #paintThere(peer: Peer, wanted: WantedTile, options: TileOptions): Promise<TileByCloud | undefined> {
    // It may have gone out while another was waited for.
    if (!peer.usable) {
      return undefined;
    }
    const started = performance.now();
    try {
      const counts = await peer.paint(wanted, options.signal, options.deadline);
      const milliseconds = performance.now() - started;
      const sample = chooseSample(wanted);
      const own = await this.#pool.paint(sample.request, { ...options, lane: "first" });
      if (!sample.agrees(counts, own.counts)) {
        peer.distrust("its counts are wrong");
        this.#observer.failed(peer.cloud, "wrong");
        return undefined;
      }
      this.#observer.painted(peer.cloud, milliseconds);
      return { counts, cloud: peer.cloud, milliseconds };
    } catch (error) {
      options.signal.throwIfAborted();
      if (error instanceof DeclinedError) {
        this.#observer.failed(peer.cloud, "declined");
        return undefined;
      }
      if (error instanceof PeerError || isBrokenCircuitError(error)) {
        this.#observer.failed(peer.cloud, "failed");
        return undefined;
      }
      throw error;
    }
  }

  async #lookAfter(peer: Peer): Promise<void> {
    const { signal } = this.#stopped;
    try {
      for (;;) {
        await peer.probe(signal);
        await sleep(probeEvery, undefined, { signal, ref: false });
      }
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    }
  }
}
