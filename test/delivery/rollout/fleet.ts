import * as fs from "node:fs";
import * as path from "node:path";
import { type CloudName, cloudNames } from "../../../infra/clouds";
import type { FleetOptions } from "../../../delivery/rollout/fleet";
import { paths } from "../../../delivery/rollout/objects";
import { makePlatform, type Platform, repositories } from "../platform";
import { type ApiServer, startApiServer } from "./api-server";
import { application, paused, promoted, v1, v2 } from "./objects";

/** An app's platform in Git, and a simulated API server for each cloud. */
export interface Fleet {
  readonly platform: Platform;
  readonly clusters: Readonly<Record<CloudName, ApiServer>>;
  /** What the commands are told; `said` gets what they report. */
  readonly options: FleetOptions;
  readonly said: string[];
  /** Paths of all patches, with the cloud: `aws …/status`. */
  patched(): string[];
  stop(): Promise<void>;
}

const rolloutPath = paths.rollout("mandelbrot");

/** A platform whose app was released to dev as v1, then as v2. */
export function releasedPlatform(): Platform {
  const platform = makePlatform();
  for (const version of [v1, v2]) platform.commit(`Release ${version.tag}`, overlays(version));
  return platform;
}

/** Starts the clusters, in each of which v2 is paused beside v1. */
export async function startFleet(platform: Platform): Promise<Fleet> {
  const started = await Promise.all(cloudNames.map((cloud) => startApiServer(cloud)));
  const clusters = Object.fromEntries(started.map((server) => [server.cloud, server])) as Fleet["clusters"];
  const kubeconfigs = path.join(platform.folder, "kubeconfigs");
  fs.mkdirSync(kubeconfigs, { recursive: true });
  for (const server of started) {
    fs.writeFileSync(path.join(kubeconfigs, `${server.cloud}.yaml`), server.kubeconfig);
    server.put(rolloutPath, paused());
    server.put(paths.application("mandelbrot"), application({}, platform.git("rev-parse", "HEAD")));
    server.put(paths.application("tenants"), { status: {} });
    server.put(paths.applicationSet("apps"), {});
    server.react = finishesWhenPromoted(server);
  }
  const said: string[] = [];
  const { signal } = new AbortController();
  const report = (line: string) => said.push(line);
  return {
    platform,
    clusters,
    said,
    options: { root: platform.root, signal, report, app: "mandelbrot", env: "dev", kubeconfigs },
    patched: () => started.flatMap(({ cloud, patches }) => patches.map(({ path: patched }) => `${cloud} ${patched}`)),
    stop: async () => {
      await Promise.all(started.map((server) => server.stop()));
    },
  };
}

/** Plays the controllers: a version whose pause is ended becomes stable, and Argo CD has compared when it is asked. */
function finishesWhenPromoted(server: ApiServer): ApiServer["react"] {
  return (patched, body) => {
    if (JSON.stringify(body).includes("pauseConditions") || JSON.stringify(body).includes("promoteFull")) {
      server.put(rolloutPath, promoted());
    }
    if (patched.includes("/applications/")) {
      const kept = server.get(patched);
      server.put(patched, { ...kept, metadata: { name: kept?.metadata.name ?? "" } });
    }
  };
}

/** The overlays of dev as a release of a version leaves them. */
export function overlays(version: typeof v1, clouds: readonly CloudName[] = cloudNames): Record<string, string> {
  const all = repositories("mandelbrot", "dev");
  return Object.fromEntries(
    clouds.map((cloud) => [
      `apps/mandelbrot/deploy/overlays/dev/${cloud}/kustomization.yaml`,
      `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: mandelbrot
resources:
  - ../../../base
images:
  - name: mandelbrot
    newName: ${all[cloud]}
    newTag: ${version.tag}
    digest: ${version.digest}
`,
    ]),
  );
}
