import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Clouds, CloudsObserver } from "../stage/clouds.js";
import type { Refusal } from "../stage/signature.js";
import type { Pool } from "../workers/pool.js";
import type { Admission } from "./admission.js";

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

/** What Prometheus is told, under names that begin with `mandelbrot_`, besides Node.js's own. */
export class Metrics implements CloudsObserver {
  readonly registry = new Registry();
  readonly requests = new Histogram({
    name: "mandelbrot_request_seconds",
    help: "Requests and how long they took, by route and status",
    labelNames: ["route", "status"],
    buckets: seconds,
    registers: [this.registry],
  });
  readonly #tiles = new Histogram({
    name: "mandelbrot_tile_seconds",
    help: "Tiles and how long they took, by the cloud that painted them",
    labelNames: ["cloud"],
    buckets: seconds,
    registers: [this.registry],
  });
  readonly #failures = new Counter({
    name: "mandelbrot_peer_failures_total",
    help: "Tiles that another cloud did not give, by the cloud and by why: declined, failed, wrong",
    labelNames: ["cloud", "why"],
    registers: [this.registry],
  });
  readonly #refused = new Counter({
    name: "mandelbrot_stage_refused_total",
    help: "Requests in other clouds' names that were refused, by why",
    labelNames: ["why"],
    registers: [this.registry],
  });

  constructor(cloud: string) {
    this.registry.setDefaultLabels({ on: cloud });
    collectDefaultMetrics({ register: this.registry });
  }

  /** Adds what is read when Prometheus asks. */
  watch(admission: Admission, pool: Pool, clouds: Clouds): void {
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.set(read());
        },
      });
    gauge("mandelbrot_pending_pixels", "Pixels asked for and not yet sent", () => admission.pendingPixels);
    gauge("mandelbrot_waiting_tasks", "Tasks that no thread has begun", () => pool.waiting());
    gauge("mandelbrot_workers", "Threads that paint", () => pool.workers);
    new Gauge({
      name: "mandelbrot_peer_up",
      help: "Whether another cloud is given tiles, by the cloud",
      labelNames: ["cloud"],
      registers: [this.registry],
      collect() {
        for (const peer of clouds.peers) {
          this.set({ cloud: peer.cloud }, peer.usable ? 1 : 0);
        }
      },
    });
  }

  painted(cloud: string, milliseconds: number): void {
    this.#tiles.observe({ cloud }, milliseconds / 1000);
  }

  failed(cloud: string, why: "declined" | "failed" | "wrong"): void {
    this.#failures.inc({ cloud, why });
  }

  refused(why: Refusal): void {
    this.#refused.inc({ why });
  }
}
