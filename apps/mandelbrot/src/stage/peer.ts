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
import { DeclinedError, PeerError } from "./errors.js";
import type { Identity, PeerStatus } from "./meta.js";
import type { StageRequest } from "./protocol.js";

/** Failures in a row after which a peer is out. */
const failures = 3;

/** Milliseconds that a peer is out for before it is tried again; the trial is a probe, never somebody's tile. */
const outFor = 3_000;

/** Milliseconds that a peer is out for after it gave wrong counts. */
const distrustedFor = 60_000;

/** Milliseconds below which another cloud is not worth asking. */
const leastTime = 200;

/** The tile of a probe: all that a real one needs, at one pixel. */
const probeTile: UntimedRequest = {
  view: { re: "0", im: "0", span: 1, width: 1, height: 1, iterations: 1 },
  tile: { left: 0, top: 0, width: 1, height: 1, stride: 1 },
};

export interface PeerOptions {
  readonly cloud: Cloud;
  readonly url: URL;
  readonly secret: string;
  readonly timeoutMilliseconds: number;
  /** Called whenever its state has changed. */
  readonly onChange: (status: PeerStatus) => void;
}

/** Another cloud that paints for this one. */
export class Peer {
  readonly cloud: Cloud;
  readonly #options: PeerOptions;
  readonly #breaker: CircuitBreakerPolicy;
  #identity: Identity | undefined;
  #latency: number | undefined;
  /** The latest failure, in words. */
  #failure: string | undefined;
  #distrust = { until: 0, reason: "" };
  #tiles = 0;
  /** The state that {@link PeerOptions.onChange} heard of last. */
  #told: PeerStatus["state"] = "unknown";

  constructor(options: PeerOptions) {
    this.cloud = options.cloud;
    this.#options = options;
    // A peer that declines, or whose asker went away, has not failed.
    this.#breaker = circuitBreaker(handleType(PeerError), {
      halfOpenAfter: outFor,
      breaker: new ConsecutiveBreaker(failures),
    });
  }

  /** Whether it is to be asked for tiles. */
  get usable(): boolean {
    return this.#state() === "up";
  }

  /**
   * Asks for a tile.
   *
   * @param deadline in milliseconds since 1970
   * @throws DeclinedError, PeerError, BrokenCircuitError, or the signal's reason
   */
  async paint(request: UntimedRequest, signal: AbortSignal, deadline: number): Promise<Uint32Array<ArrayBuffer>> {
    const milliseconds = Math.min(this.#options.timeoutMilliseconds, deadline - Date.now());
    if (milliseconds < leastTime) {
      throw new DeclinedError(`${milliseconds} ms are too little to ask another cloud`);
    }
    const counts = await this.#through(() => askForTile(this.#options, { ...request, milliseconds }, signal));
    this.#tiles += 1;
    return counts;
  }

  /** Takes it out for a while, since the tile that it gave was wrong. */
  distrust(reason: string): void {
    this.#distrust = { until: Date.now() + distrustedFor, reason };
    this.#tiles -= 1;
    this.#tell();
  }

  /** Asks who it is, and for a pixel: so it comes back, or goes out, without a tile of anybody's. */
  async probe(signal: AbortSignal): Promise<void> {
    const milliseconds = this.#options.timeoutMilliseconds;
    try {
      await this.#through(async () => {
        const started = performance.now();
        this.#identity = await askForMeta(this.#options, signal);
        this.#latency = performance.now() - started;
        await askForTile(this.#options, { ...probeTile, milliseconds }, signal);
      });
    } catch (error) {
      if (!(error instanceof PeerError || error instanceof DeclinedError || error instanceof BrokenCircuitError)) {
        throw error;
      }
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
      ...(state === "out" ? { reason: this.#reason() } : {}),
      ...(this.#latency === undefined ? {} : { latencyMilliseconds: Math.round(this.#latency * 10) / 10 }),
      tiles: this.#tiles,
    };
  }

  #isDistrusted(): boolean {
    return this.#distrust.until > Date.now();
  }

  #state(): PeerStatus["state"] {
    if (this.#breaker.state !== CircuitState.Closed || this.#isDistrusted()) {
      return "out";
    }
    if (this.#identity === undefined) {
      return this.#failure === undefined ? "unknown" : "out";
    }
    return this.#identity.draining ? "out" : "up";
  }

  #reason(): string | undefined {
    if (this.#isDistrusted()) {
      return this.#distrust.reason;
    }
    const drains = this.#breaker.state === CircuitState.Closed && this.#identity?.draining === true;
    return drains ? "draining" : this.#failure;
  }

  async #through<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await this.#breaker.execute(work);
    } catch (error) {
      if (error instanceof PeerError) {
        this.#failure = error.message;
      }
      throw error;
    } finally {
      this.#tell();
    }
  }

  #tell(): void {
    const status = this.status();
    if (status.state !== this.#told) {
      this.#told = status.state;
      this.#options.onChange(status);
    }
  }
}

/** A request whose time is for the peer to say. */
type UntimedRequest = Omit<StageRequest, "milliseconds">;
