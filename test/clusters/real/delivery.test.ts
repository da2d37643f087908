import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { load } from "js-yaml";
import { repositoryRoot } from "../../../infra/repository-root";
import {
  startArgoCd,
  startNode,
  startPrometheus,
  startRollouts,
  startServiceNetwork,
} from "../../../rehearsal/clusters";
import { prometheusConfiguration } from "../../../rehearsal/fleet/clusters";
import { prepareArgoCd, prepareRollouts } from "./argo";
import { startGit } from "./git";
import { type AppOptions, podTemplate, restrictedNamespace } from "./manifests";
import { apply, type Manifest, oneControlPlane, standInImage, until, workbench } from "./support";

test(
  "Argo CD brings Git's state to a cluster, and a rollout is judged by Prometheus",
  { timeout: 900_000 },
  async (t) => {
    const bench = await workbench();
    const { registries, image, pullSecret } = await standInImage(bench);
    const git = bench.keep(await startGit(bench.root));
    const app: Version = { namespace, name: "web", image, answer: "one", does: "work" };
    await git.commit({
      "app/kustomization.yaml": { resources: ["app.yaml"] },
      "app/app.yaml": list(app),
    });
    const plane = await oneControlPlane(bench);
    const { environment } = registries;
    bench.keep(await startNode(plane, { ...bench.clusters, index: 0, environment }));
    await apply(plane.api, ...restrictedNamespace(namespace, pullSecret));
    await prepareArgoCd(plane.api);
    await prepareRollouts(plane.api);
    const configFile = prometheusConfiguration(repositoryRoot, plane);
    // So that a minute's rate is known within seconds.
    writeFileSync(configFile, readFileSync(configFile, "utf8").replace("scrape_interval: 10s", "scrape_interval: 1s"));
    const prometheus = bench.keep(await startPrometheus(plane, { ...bench.clusters, configFile }));
    const services = bench.keep(await startServiceNetwork(plane, { "prometheus.prometheus": prometheus }));
    bench.keep(await startRollouts(plane, { ...bench.clusters, environment: { HTTP_PROXY: services.address } }));
    const argocd = bench.keep(await startArgoCd(plane, { ...bench.clusters, environment: {} }));

    await t.test("an Application becomes Synced and Healthy", async () => {
      await apply(plane.api, application(git.url));
      const status = await until("the Application is healthy", async () => {
        const { status: now } = (await plane.api.get(`${argo}/argocd/applications/web`)) as ArgoApplication;
        return now?.sync?.status === "Synced" && now.health?.status === "Healthy" ? now : undefined;
      });
      assert.equal(status.sync?.status, "Synced");
    });

    await t.test("Argo CD's API answers", async () => {
      const version = (await (await fetch(`${argocd.server}/api/version`)).json()) as { Version: string };
      assert.match(version.Version, /^v3\./);
    });

    /** Has Argo CD bring a version. By itself it would look within two minutes. */
    const release = async (version: Version, more: object = {}) => {
      await git.commit({ "app/app.yaml": list(version, more) });
      const refresh = { apiVersion: "argoproj.io/v1alpha1", kind: "Application" };
      const metadata = { name: "web", annotations: { "argocd.argoproj.io/refresh": "normal" } };
      await plane.api.apply(`${argo}/argocd/applications/web`, { ...application(git.url), ...refresh, metadata });
    };
    const current = async () => (await plane.api.get(`${argo}/${namespace}/rollouts/web`)) as ArgoRollout;
    const answerOf = ({ spec }: Answering) => spec.containers[0]?.env[0]?.value;
    /** What the pods that are ready answer. */
    const answers = async () => {
      const { items } = (await plane.api.get(`/api/v1/namespaces/${namespace}/pods`)) as { items: Pod[] };
      const ready = items.filter(
        ({ metadata, status }) =>
          metadata.deletionTimestamp === undefined &&
          status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
      );
      return ready.map(answerOf);
    };
    const analyses = async () => {
      const { items } = (await plane.api.get(`${argo}/${namespace}/analysisruns`)) as { items: AnalysisRun[] };
      return items.map(({ status }) => status);
    };
    /** Waits until the controller says something of a version. */
    const untilRollout = async (answer: string, what: string, holds: (status: RolloutStatus) => boolean | undefined) =>
      until(`${answer} is ${what}`, async () => {
        const { metadata, spec, status } = await current();
        const seen = answerOf(spec.template) === answer && status?.observedGeneration === String(metadata.generation);
        if (seen && holds(status)) return status;
        throw new Error(JSON.stringify(status));
      });
    /** Waits until the controller has given a version up by itself. @returns why, in its words */
    const givenUp = async (answer: string) => {
      const { message = "" } = await untilRollout(
        answer,
        "given up",
        ({ abort, phase }) => abort && phase === "Degraded",
      );
      await until("the old version has all pods", async () => {
        const found = await answers();
        return found.length === 2 && found.every((one) => one === "two") ? true : undefined;
      });
      return message;
    };

    await t.test("a new version is rolled out once the analyses have passed", async () => {
      await release({ ...app, answer: "two" });
      await untilRollout("two", "everywhere", ({ phase }) => phase === "Healthy");
      await until("both analyses have measured something and passed", async () => {
        const runs = await analyses();
        const passed = runs.filter(
          (run) => run?.phase === "Successful" && run.metricResults?.every(({ successful = 0 }) => successful > 0),
        );
        if (passed.length === 2 && runs.length === 2) return true;
        throw new Error(JSON.stringify(runs));
      });
    });

    await t.test("a version that is never ready fails the app's own analysis, and is given up", async () => {
      await release({ ...app, answer: "three", does: "fail" });
      assert.match(
        await givenUp("three"),
        /^RolloutAborted: .* Metric "faults" assessed Failed due to failed \(3\) > failureLimit \(2\)/,
      );
    });

    await t.test("a version that cannot start tells no numbers, and is given up in time", async () => {
      const failed = async () => (await analyses()).filter((run) => run?.phase === "Failed").length;
      const before = await failed();
      await release({ ...app, answer: "four", does: "end" }, { progressDeadlineSeconds: 10 });
      // That the time is up it says first, and a moment later only that it has given up.
      assert.match(await givenUp("four"), /^(ProgressDeadlineExceeded|RolloutAborted): /);
      assert.equal(await failed(), before);
    });
  },
);

const argo = "/apis/argoproj.io/v1alpha1/namespaces";

/** The app's analysis asks for the numbers of its own namespace. */
const namespace = "mandelbrot";

/** A version of the app. */
interface Version extends AppOptions {
  readonly does: keyof typeof programs;
}

/** Answers every request with a status, and counts that as the app does. Kubelets' probes are requests too. */
const answering = (status: number) => `
  const http = require("node:http");
  let count = 0;
  http.createServer((_, response) => {
    count += 1;
    response.writeHead(${status}).end(process.env.ANSWER);
  }).listen(8080);
  http.createServer((_, response) => {
    response.setHeader("content-type", "text/plain; version=0.0.4");
    response.end('mandelbrot_request_seconds_count{status="${status}"} ' + count + "\\n");
  }).listen(9090);`;

const programs = { work: answering(200), fail: answering(503), end: "process.exitCode = 1;" };

function application(repoURL: string): Manifest {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "web", namespace: "argocd" },
    spec: {
      project: "default",
      source: { repoURL, path: "app", targetRevision: "main" },
      destination: { server: "https://kubernetes.default.svc", namespace: "test" },
      syncPolicy: { automated: {} },
    },
  };
}

/** Everything of a version: what an app of the repository has, with steps that wait for nobody. */
function list(version: Version, more: object = {}): unknown {
  return { apiVersion: "v1", kind: "List", items: [rollout(version, more), analysis(), check()] };
}

/** The app's own Rollout with another pod, and an analysis as a step. */
function rollout(version: Version, more: object): Manifest {
  const { spec } = ownManifest("rollout.yaml") as { spec: { strategy: { canary: object } } };
  const { name } = version;
  const canary = {
    ...spec.strategy.canary,
    canaryService: undefined,
    stableService: undefined,
    steps: [{ setWeight: 50 }, { analysis: { templates: [{ templateName: "up" }] } }],
  };
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Rollout",
    metadata: { name, namespace },
    spec: {
      ...spec,
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: measuredPod(version),
      strategy: { canary },
      ...more,
    },
  };
}

/** The app's own analysis, which here waits seconds for half minutes. */
function analysis(): Manifest {
  const own = ownManifest("analysis.yaml") as Manifest & { readonly spec: { readonly metrics: readonly object[] } };
  const metrics = own.spec.metrics.map((metric) => ({ ...metric, initialDelay: "3s", interval: "2s" }));
  return { ...own, metadata: { ...own.metadata, namespace }, spec: { ...own.spec, metrics } };
}

function ownManifest(file: string): unknown {
  return load(readFileSync(path.join(repositoryRoot, "apps/mandelbrot/deploy/base", file), "utf8"));
}

/** Passes when Prometheus knows that pods of the app were there to be asked. */
function check(): Manifest {
  const query = 'count(up{job="pods"})';
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AnalysisTemplate",
    metadata: { name: "up", namespace },
    spec: {
      metrics: [
        {
          name: "up",
          count: 1,
          initialDelay: "5s",
          successCondition: "result[0] >= 2",
          provider: { prometheus: { address: "http://prometheus.prometheus.svc:9090", query } },
        },
      ],
    },
  };
}

/** A pod that Prometheus asks, as it does those of the app. */
function measuredPod({ does, ...app }: Version) {
  const { metadata, spec } = podTemplate(app);
  const annotations = { "prometheus.io/scrape": "true", "prometheus.io/port": "9090" };
  const containers = spec.containers.map((container) => ({ ...container, args: ["-e", programs[does]] }));
  // The programs do not listen to SIGTERM.
  return { metadata: { ...metadata, annotations }, spec: { ...spec, containers, terminationGracePeriodSeconds: 1 } };
}

interface ArgoApplication {
  readonly status?: { readonly sync?: { readonly status: string }; readonly health?: { readonly status: string } };
}

interface AnalysisRun {
  readonly status?: {
    readonly phase: string;
    readonly metricResults?: readonly { readonly successful?: number }[];
  };
}

interface Answering {
  readonly spec: { readonly containers: readonly { readonly env: readonly { readonly value: string }[] }[] };
}

interface RolloutStatus {
  readonly observedGeneration?: string;
  readonly phase?: string;
  readonly abort?: boolean;
  readonly message?: string;
}

interface ArgoRollout {
  readonly metadata: { readonly generation: number };
  readonly spec: { readonly template: Answering };
  readonly status?: RolloutStatus;
}

interface Pod extends Answering {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}
