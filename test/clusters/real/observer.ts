import { randomUUID } from "node:crypto";
import type { Cluster } from "../../../delivery/rollout/cluster";
import { until } from "./support";

/** An Application of Argo CD, as far as tests read it. */
export interface Application {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly sync?: { readonly status: string; readonly revision?: string };
    readonly health?: { readonly status: string };
    readonly conditions?: readonly { readonly type: string; readonly message: string }[];
    readonly operationState?: {
      readonly phase: string;
      readonly message?: string;
      readonly syncResult?: {
        readonly revision?: string;
        readonly resources?: readonly { readonly kind: string; readonly message?: string }[];
      };
    };
  };
}

/** The ApplicationSet, as far as tests read it. */
interface ApplicationSet {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[];
  };
}

interface Listed {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
  };
}

const argo = "/apis/argoproj.io/v1alpha1";
const argoCd = `${argo}/namespaces/argocd`;
const applicationSet = `${argoCd}/applicationsets/apps`;
const refreshSet = "argocd.argoproj.io/application-set-refresh";

/** What must not go by itself. */
const lists = {
  ApplicationSet: `${argoCd}/applicationsets`,
  Application: `${argoCd}/applications`,
  AppProject: `${argoCd}/appprojects`,
  Namespace: "/api/v1/namespaces",
  Rollout: `${argo}/rollouts`,
  Service: "/api/v1/services",
  Pod: "/api/v1/pods",
} as const;

/** How often an answer is looked at until Argo CD is asked again to look at Git: about every 5 s. */
const looksBetween = 20;

/** Watches what Argo CD makes of Git. */
export class Observer {
  constructor(readonly cluster: Cluster) {}

  /** An Application; undefined when there is none. */
  async find(name: string): Promise<Application | undefined> {
    return this.cluster.find<Application>(`${argoCd}/applications/${name}`);
  }

  /** Begins the deletion of an Application, or of the ApplicationSet, as `kubectl delete` does. */
  async delete(kind: "applications" | "applicationsets", name: string): Promise<void> {
    await this.cluster.delete(`${argoCd}/${kind}/${name}`);
  }

  /** Has Argo CD look at Git, until it says of an Application what is waited for; by itself it looks once a minute. */
  async until(
    name: string,
    what: string,
    holds: (status: NonNullable<Application["status"]>) => boolean | undefined,
  ): Promise<Application> {
    let looks = 0;
    return until(`${name}: ${what}`, async () => {
      const application = await this.find(name);
      if (application?.status !== undefined && holds(application.status)) return application;
      if (application !== undefined && looks++ % looksBetween === 0) {
        const annotations = { "argocd.argoproj.io/refresh": "normal" };
        await this.cluster.patch(`${argoCd}/applications/${name}`, { metadata: { annotations } });
      }
      throw new Error(JSON.stringify(application?.status ?? `there is no ${name}`));
    });
  }

  /** Has the ApplicationSet look at Git once, and waits until it has done so without a fault. */
  async lookForApps(): Promise<void> {
    await this.#look();
    await until("the ApplicationSet has looked at Git", async () => {
      const { metadata, status } = await this.cluster.get<ApplicationSet>(applicationSet);
      // Its controller takes the annotation off when all went well.
      if (metadata.annotations?.[refreshSet] === undefined) return true;
      throw new Error(faultOf(status) ?? "it has not looked yet");
    });
  }

  /** Has the ApplicationSet look at Git, until it says that this is wrong; undefined: until it says that nothing is. */
  async untilFault(words: string | undefined): Promise<void> {
    let looks = 0;
    await until(`the ApplicationSet says: ${words ?? "no fault"}`, async () => {
      const fault = faultOf((await this.cluster.get<ApplicationSet>(applicationSet)).status);
      if (words === undefined ? fault === undefined : fault?.includes(words)) return true;
      if (looks++ % looksBetween === 0) await this.#look();
      throw new Error(fault ?? "no fault");
    });
  }

  /** Its controller looks when the annotation changes. */
  async #look(): Promise<void> {
    await this.cluster.patch(applicationSet, { metadata: { annotations: { [refreshSet]: randomUUID() } } });
  }

  /** Everything that must not go by itself, and is not going: `<kind> <namespace>/<name>` and what only itself has. */
  async whatRuns(): Promise<ReadonlyMap<string, string>> {
    const found = await Promise.all(
      Object.entries(lists).map(async ([kind, page]) => {
        const { items } = await this.cluster.get<{ readonly items: readonly Listed[] }>(page);
        return items
          .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
          .map(({ metadata: { namespace, name, uid } }) => [`${kind} ${namespace ?? ""}/${name}`, uid] as const);
      }),
    );
    return new Map(found.flat());
  }

  /** Names of what ran then, and is gone or another one now. */
  async goneSince(before: ReadonlyMap<string, string>): Promise<string[]> {
    const now = await this.whatRuns();
    return [...before].filter(([name, uid]) => now.get(name) !== uid).map(([name]) => name);
  }
}

function faultOf(status: ApplicationSet["status"]): string | undefined {
  return status?.conditions?.find((one) => one.type === "ErrorOccurred" && one.status === "True")?.message;
}
