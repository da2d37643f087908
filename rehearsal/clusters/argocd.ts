import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import type { Child } from "../processes/child";
import type { ControlPlane } from "./control-plane";
import { acceptsTcp, freePorts } from "../ports";
import { type ClusterOptions, startInOrder, startProgram, startTogether, stopAll } from "./program";

export interface ArgoCdOptions extends ClusterOptions {
  /** How it reaches Git: HTTPS_PROXY, SSL_CERT_FILE and the like. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A cluster's Argo CD. */
export interface ArgoCd {
  /** Its API, `http://127.0.0.1:<port>`. */
  readonly server: string;
  stop(): Promise<void>;
}

const settingsShape = z.object({ data: z.record(z.string(), z.string()).default({}) });

/** Settings that Argo CD takes from its environment, and their keys in `argocd-cm`. */
const fromSettings = {
  ARGOCD_RECONCILIATION_TIMEOUT: "timeout.reconciliation",
  ARGOCD_RECONCILIATION_JITTER: "timeout.reconciliation.jitter",
} as const;

/**
 * Starts a cluster's Argo CD as processes of this machine: repository server, controllers, API and what plays their
 * Redis. What they read from the cluster must be there: custom resources, and in the namespace `argocd` the ConfigMaps
 * `argocd-cm` and `argocd-rbac-cm` and the Secret `argocd-secret`.
 */
export async function startArgoCd(
  controlPlane: Pick<ControlPlane, "name" | "kubeconfig" | "folder" | "api">,
  options: ArgoCdOptions,
): Promise<ArgoCd> {
  const { name, kubeconfig } = controlPlane;
  const { data } = settingsShape.parse(await controlPlane.api.get("/api/v1/namespaces/argocd/configmaps/argocd-cm"));
  const ports = await freePorts(10);
  const [cache, repository, repositoryMetrics, controllerMetrics, setsMetrics] = ports;
  const [, , , , , setsProbe = 0, setsWebhook, api = 0, apiMetrics] = ports;
  const home = path.join(controlPlane.folder, "argocd");
  const temporary = path.join(home, "tmp");
  mkdirSync(temporary, { recursive: true });
  const environment = {
    ...options.environment,
    // As its Deployments have them from the ConfigMap (argo-cd manifests/base/application-controller).
    ...Object.fromEntries(
      Object.entries(fromSettings).flatMap(([variable, key]) => (key in data ? [[variable, data[key] ?? ""]] : [])),
    ),
    PATH: `${path.dirname(options.tools.kustomize)}:${process.env.PATH ?? ""}`,
    KUBECONFIG: kubeconfig,
    // "https://kubernetes.default.svc" is then the cluster of KUBECONFIG: made for Argo CD outside of a cluster
    // (RawRestConfig in argo-cd/pkg/apis/application/v1alpha1/types.go).
    ARGOCD_FAKE_IN_CLUSTER: "true",
    ARGOCD_GPG_ENABLED: "false",
    ARGOCD_TLS_DATA_PATH: path.join(home, "tls"),
    ARGOCD_SSH_DATA_PATH: path.join(home, "ssh"),
    TMPDIR: temporary,
  };
  /** The one program is all of Argo CD, by the name that it is told. */
  const start = (part: string, args: readonly string[], ready: number): Promise<Child> =>
    startProgram(options, {
      name: `${name}-argocd-${part}`,
      command: options.tools.argocd,
      args: [...args, "--loglevel=info"],
      environment: { ...environment, ARGOCD_BINARY_NAME: `argocd-${part}` },
      ready: () => acceptsTcp(ready),
      readySeconds: 120,
    });
  const redis = `--redis=127.0.0.1:${cache}`;
  const plaintext = "--repo-server-plaintext";
  const repositoryServer = `127.0.0.1:${repository}`;
  return startInOrder(async (started) => {
    started.push(
      await startProgram(options, {
        name: `${name}-argocd-cache`,
        command: options.tools["cache-server"],
        args: ["-address", `127.0.0.1:${cache}`],
        ready: () => acceptsTcp(cache ?? 0),
      }),
    );
    const starting = [
      start(
        "repo-server",
        [
          redis,
          "--disable-tls",
          "--address=127.0.0.1",
          `--port=${repository}`,
          "--metrics-address=127.0.0.1",
          `--metrics-port=${repositoryMetrics}`,
        ],
        repository ?? 0,
      ),
      start(
        "application-controller",
        [
          redis,
          "--namespace=argocd",
          `--repo-server=${repositoryServer}`,
          plaintext,
          // Its measurements are at every address of this machine: it takes no address.
          `--metrics-port=${controllerMetrics}`,
        ],
        controllerMetrics ?? 0,
      ),
      start(
        "applicationset-controller",
        [
          "--namespace=argocd",
          `--argocd-repo-server=${repositoryServer}`,
          plaintext,
          `--metrics-addr=127.0.0.1:${setsMetrics}`,
          `--probe-addr=127.0.0.1:${setsProbe}`,
          `--webhook-addr=127.0.0.1:${setsWebhook}`,
        ],
        setsProbe,
      ),
      start(
        "server",
        [
          redis,
          "--namespace=argocd",
          `--repo-server=${repositoryServer}`,
          plaintext,
          "--insecure",
          "--address=127.0.0.1",
          `--port=${api}`,
          "--metrics-address=127.0.0.1",
          `--metrics-port=${apiMetrics}`,
        ],
        api,
      ),
    ];
    await startTogether(started, starting);
    return { server: `http://127.0.0.1:${api}`, stop: () => stopAll(started) };
  });
}
