import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ApiError, type KubernetesApi } from "../clusters";
import { planClusters } from "../fleet/plan";
import type { Running } from "../fleet/prepare";
import { appNames, environments, manyApps, type Released, writeApps, writeImage, writeSettings } from "./many-apps";

/** The cluster whose Argo CD is measured. */
export const cloud = "aws";
const [env] = environments;

const kinds = "/apis/argoproj.io/v1alpha1/namespaces";
const argocd = `${kinds}/argocd`;

const applicationList = z.object({
  items: z.array(
    z
      .object({ status: z.object({ sync: z.object({ status: z.string() }).optional() }).optional() })
      .transform(({ status }) => status?.sync?.status),
  ),
});

const projectList = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

const oneApplication = z.object({ status: z.object({ sync: z.object({ status: z.string() }) }) });

const rollout = z.object({
  spec: z.object({
    template: z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })) }) }),
  }),
});

/** How long something took; undefined when it was not waited for any longer. */
export type Seconds = number | undefined;

/** The repository that Argo CD reads, and the cluster that it brings to it. */
export class Stage {
  #changes = 0;
  /** Changes are made in turn, since they share a working copy. */
  #lastMerge: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly running: Running,
    private readonly api: KubernetesApi,
    readonly signal: AbortSignal,
  ) {}

  /** Adds apps that have been released. @returns when that was on the main branch */
  async addApps(apps: readonly string[]): Promise<number> {
    const [planned] = planClusters([cloud]);
    return this.#merge(`Add ${apps.length} apps`, (folder, build) => {
      writeSettings(folder, planned?.repository ?? "");
      writeApps(folder, apps, build);
    });
  }

  /**
   * Releases another build of an app. @returns how long it takes from the main branch to the cluster
   *
   * @param then done as soon as it is on the main branch
   */
  async secondsToSync(app: string, then = () => Promise.resolve()): Promise<Seconds> {
    let digest = "";
    const merged = await this.#merge(`Release ${app}`, (folder, build) => {
      digest = build.digest;
      writeImage(folder, app, env, cloud, build);
    });
    await then();
    return this.secondsUntil(merged, () => this.#runs(app, digest), 120);
  }

  /** Has an Application look at Git now. */
  async refresh(application: string): Promise<void> {
    await this.#annotate("Application", application, { "argocd.argoproj.io/refresh": "normal" });
  }

  /** Has an ApplicationSet look at Git now. */
  async refreshSet(name: string): Promise<void> {
    await this.#annotate("ApplicationSet", name, { "argocd.argoproj.io/application-set-refresh": "true" });
  }

  /** What Argo CD says of the apps: Synced and the like. */
  async applications(): Promise<(string | undefined)[]> {
    return applicationList.parse(await this.api.get(`${argocd}/applications?labelSelector=app`)).items;
  }

  async syncedApps(): Promise<number> {
    return (await this.applications()).filter((status) => status === "Synced").length;
  }

  /** How many of the apps have their project. */
  async projects(): Promise<number> {
    const { items } = projectList.parse(await this.api.get(`${argocd}/appprojects`));
    const apps = new Set(appNames(manyApps));
    return items.filter(({ metadata }) => apps.has(metadata.name)).length;
  }

  /** Waits until something holds. @param most in seconds */
  async secondsUntil(since: number, holds: () => Promise<boolean>, most: number): Promise<Seconds> {
    while (!(await holds().catch(notYet))) {
      if (performance.now() - since > most * 1000) return undefined;
      await sleep(500, undefined, { signal: this.signal });
    }
    return (performance.now() - since) / 1000;
  }

  /** Whether an app's Rollout has a digest, and Argo CD knows that all is as Git says. */
  async #runs(app: string, digest: string): Promise<boolean> {
    const { spec } = rollout.parse(await this.api.get(`${kinds}/${app}/rollouts/${app}`));
    if (!spec.template.spec.containers.some(({ image }) => image.endsWith(digest))) return false;
    const { status } = oneApplication.parse(await this.api.get(`${argocd}/applications/${app}`));
    return status.sync.status === "Synced";
  }

  async #annotate(kind: string, name: string, annotations: Readonly<Record<string, string>>): Promise<void> {
    await this.api.apply(`${argocd}/${kind.toLowerCase()}s/${name}`, {
      apiVersion: "argoproj.io/v1alpha1",
      kind,
      metadata: { name, annotations },
    });
  }

  /** Changes the working copy and merges that. @returns when it was on the main branch */
  async #merge(title: string, change: (folder: string, build: Released) => void): Promise<number> {
    const merge = async () => {
      const { copy, gitHub } = this.running;
      this.#changes += 1;
      const number = this.#changes.toString(16);
      change(copy.folder, { tag: `sha-${number.padStart(40, "0")}`, digest: `sha256:${number.padStart(64, "0")}` });
      await copy.git("add", "--all");
      await copy.git("commit", "--quiet", `--message=${title}`);
      await gitHub.merge(copy, `change-${number}`, title);
      return performance.now();
    };
    const result = this.#lastMerge.then(merge);
    this.#lastMerge = result.catch(() => undefined);
    return result;
  }
}

/** What is not there is asked for again. */
function notYet(error: unknown): false {
  if (error instanceof ApiError) return false;
  throw error;
}
