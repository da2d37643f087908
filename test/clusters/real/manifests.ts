import type { Manifest } from "./support";

/** What a test's app is made of. */
export interface AppOptions {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  /** What it answers to every request. */
  readonly answer: string;
}

/** A namespace that takes only pods that Pod Security Standards call restricted, with the Secret that pulls take. */
export function restrictedNamespace(name: string, pullSecret: string): Manifest[] {
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "pull", namespace: name },
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": pullSecret },
    },
  ];
}

/** The template of a pod that answers at port 8080. */
export function podTemplate({ name, image, answer }: AppOptions) {
  const program = `
    require("node:http").createServer((_, response) => response.end(process.env.ANSWER)).listen(8080);
    console.log("listening");`;
  return {
    metadata: { labels: { app: name } },
    spec: {
      imagePullSecrets: [{ name: "pull" }],
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "web",
          image,
          args: ["-e", program],
          env: [{ name: "ANSWER", value: answer }],
          ports: [{ name: "http", containerPort: 8080 }],
          readinessProbe: { httpGet: { path: "/", port: "http" }, periodSeconds: 1 },
          resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
        },
      ],
    },
  };
}

/** A Deployment of one pod. */
export function deployment(options: AppOptions): Manifest {
  const { namespace, name } = options;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: podTemplate(options) },
  };
}

/** A Service of type LoadBalancer for an app, at port 80. */
export function loadBalancerService({ namespace, name }: Pick<AppOptions, "namespace" | "name">): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { type: "LoadBalancer", selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: "http" }] },
  };
}
