import {
  BrokenCircuitError,
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  handleType,
} from "cockatiel";
import type { Cloud } from "../settings.js";
import { askForMeta, askForTile } from "./client.js";
import { BusyError, PeerError } from "./errors.js";
import type { Identity, PeerStatus } from "./meta.js";
import type { StageRequest } from "./protocol.js";

/** Failures in a row after which a peer is out. */
const failures = 3;

/** Milliseconds that a peer is out for before it is tried again; the trial is a probe, never somebody's tile. */
const outFor = 3_000;

/** Milliseconds that a peer is out for after it gave wrong counts. */
const distrustedFor = 60_000;

/** The tile of a probe: all that a real one needs, at one pixel. */
const probeTile: Omit<StageRequest, "milliseconds"> = {
  view: { re: "0", im: "0", span: 1, width: 1, height: 1, iterations: 1 },
  tile: { left: 0, top: 0, width: 1, height: 1, stride: 1 },
};

export interface PeerOptions {
  readonly cloud: Cloud;
  readonly url: URL;
  readonly secret: string;
  readonly timeoutMilliseconds: number;
  /** Called when {@link Peer.status} has something new that matters. */
  readonly onChange: (status: PeerStatus) => void;
}

/** Another cloud that paints for this one. */
export class Peer {
  readonly cloud: Cloud;
  readonly #options: PeerOptions;
  readonly #breaker: CircuitBreakerPolicy;
  #identity: Identity | undefined;
  #latency: number | undefined;
  #reason: string | undefined;
  #distrustedUntil = 0;
  #tiles = 0;

  constructor(options: PeerOptions) {
    this.cloud = options.cloud;
    this.#options = options;
    // A peer that is busy, or whose asker went away, has not failed.
    this.#breaker = circuitBreaker(handleType(PeerError), {
      halfOpenAfter: outFor,
      breaker: new ConsecutiveBreaker(failures),
    });
    this.#breaker.onStateChange(() => {
      options.onChange(this.status());
    });
  }

  /** Whether it is to be asked for tiles. */
  get usable(): boolean {
    return this.#state() === "up";
  }

  /**
   * Asks for a tile.
   *
   * @throws BusyError, PeerError, or the signal's reason
   */
  async paint(request: CountTile, signal: AbortSignal, deadline: number): Promise<Uint32Array<ArrayBuffer>> {
    const { timeoutMilliseconds } = this.#options;
    const milliseconds = Math.max(0, Math.min(timeoutMilliseconds, deadline - Date.now()));
    const counts = await this.#through(() => askForTile(this.#options, { ...request, milliseconds }, signal));
    this.#tiles += 1;
    return counts;
  }

  /** Takes it out for a while, since what it gave was wrong. */
  distrust(reason: string): void {
    this.#distrustedUntil = Date.now() + distrustedFor;
    this.#reason = reason;
    this.#tiles -= 1;
    this.#options.onChange(this.status());
  }

  /** Asks who it is, and for a pixel: so it comes back, or goes out, without a tile of anybody's. */
  async probe(signal: AbortSignal): Promise<void> {
    const before = this.#state();
    try {
      const milliseconds = this.#options.timeoutMilliseconds;
      await this.#through(async () => {
        const started = performance.now();
        this.#identity = await askForMeta(this.#options, signal);
        this.#latency = performance.now() - started;
        await askForTile(this.#options, { ...probeTile, milliseconds }, signal);
      });
      this.#reason = this.#distrustedUntil > Date.now() ? this.#reason : undefined;
    } catch (error) {
      if (!(error instanceof PeerError || error instanceof BusyError || error instanceof BrokenCircuitError)) {
        throw error;
      }
    }
    if (this.#state() !== before) {
      this.#options.onChange(this.status());
    }
  }

  status(): PeerStatus {
    const state = this.#state();
    return {
      cloud: this.cloud,
      region: this.#identity?.region ?? "",
      version: this.#identity?.version ?? "",
      digest: this.#identity?.digest ?? "",
      state,
      ...(state === "out" ? { reason: this.#identity?.draining === true ? "draining" : this.#reason } : {}),
      ...(this.#latency === undefined ? {} : { latencyMilliseconds: Math.round(this.#latency * 10) / 10 }),
      tiles: this.#tiles,
    };
  }

  #state(): PeerStatus["state"] {
    if (this.#breaker.state !== CircuitState.Closed || this.#distrustedUntil > Date.now()) {
      return "out";
    }
    if (this.#identity === undefined) {
      return this.#reason === undefined ? "unknown" : "out";
    }
    return this.#identity.draining ? "out" : "up";
  }

  async #through<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await this.#breaker.execute(work);
    } catch (error) {
      if (error instanceof PeerError) {
        this.#reason = error.message;
      }
      throw error;
    }
  }
}

type CountTile = Omit<StageRequest, "milliseconds">;
