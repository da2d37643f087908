import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Child } from "../../processes/child";
import type { ControlPlane } from "../control-plane";
import { writeKubeconfig } from "../kubeconfig";
import { acceptsTcp } from "../../ports";
import { type ClusterOptions, startProgram } from "../program";
import { containerdSocket } from "./containerd";
import type { NodeNamespaces } from "./namespaces";

/** A kubelet's usual port; every node has an address of its own. */
const port = 10250;

export interface KubeletOptions extends ClusterOptions {
  /** The node's name. */
  readonly name: string;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Folder of the node's files. */
  readonly home: string;
  readonly namespaces: NodeNamespaces;
  /** The control group that containers are in. */
  readonly controlGroup: string;
  /** What gives the kubelet credentials for pulls. */
  readonly credentialProvider?: CredentialProvider;
}

/** https://kubernetes.io/docs/tasks/administer-cluster/kubelet-credential-provider/ */
export interface CredentialProvider {
  /** File of a CredentialProviderConfig. */
  readonly config: string;
  /** Folder of the providers' executables. */
  readonly bin: string;
}

/** Starts a node's kubelet. It joins with a certificate of its own, as nodes of a real cluster do. */
export async function startKubelet(controlPlane: ControlPlane, options: KubeletOptions): Promise<Child> {
  const { name, address, home, namespaces, labels, credentialProvider } = options;
  const { server, certificate, authority } = controlPlane;
  const file = (suffix: string) => path.join(home, suffix);
  mkdirSync(file("kubelet"), { recursive: true });
  const user = await authority.issue({ name: `system:node:${name}`, groups: ["system:nodes"] });
  writeKubeconfig(file("kubelet.kubeconfig"), { cluster: controlPlane.name, server, certificate, user });
  const serving = await authority.issue({ name, hosts: [address, name] });
  writeFileSync(file("ca.crt"), certificate);
  writeFileSync(file("kubelet.crt"), serving.certificate);
  writeFileSync(file("kubelet.key"), serving.key, { mode: 0o600 });
  writeFileSync(file("kubelet.json"), JSON.stringify(configuration(options)));
  return startProgram(options, {
    name: `${name}-kubelet`,
    ...namespaces.inside(options.tools.kubelet, [
      `--config=${file("kubelet.json")}`,
      `--kubeconfig=${file("kubelet.kubeconfig")}`,
      `--root-dir=${file("kubelet")}`,
      `--cert-dir=${file("kubelet")}`,
      `--hostname-override=${name}`,
      `--node-ip=${address}`,
      `--node-labels=${Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(",")}`,
      ...(credentialProvider === undefined
        ? []
        : [
            `--image-credential-provider-config=${credentialProvider.config}`,
            `--image-credential-provider-bin-dir=${credentialProvider.bin}`,
          ]),
    ]),
    ready: () => acceptsTcp(port, address),
  });
}

/** https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ */
function configuration({ address, home, controlGroup }: KubeletOptions): unknown {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address,
    port,
    healthzPort: 0,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: path.join(home, "ca.crt") },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: path.join(home, "kubelet.crt"),
    tlsPrivateKeyFile: path.join(home, "kubelet.key"),
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    podLogsDir: path.join(home, "pods"),
    volumePluginDir: path.join(home, "volume-plugins"),
    // There is no cluster DNS.
    resolvConf: "",
    // All containers are in one control group, which the run removes. Limits of containers hold, those of whole pods and
    // of the node do not: this machine does other work too.
    cgroupDriver: "cgroupfs",
    cgroupsPerQOS: false,
    cgroupRoot: `/${controlGroup}`,
    enforceNodeAllocatable: [],
    failCgroupV1: false,
    failSwapOn: false,
    // A full disk or memory is this machine's affair: a rehearsal evicts nothing for it.
    evictionHard: { "memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    // What else it would change of this machine.
    makeIPTablesUtilChains: false,
    oomScoreAdj: 0,
    serializeImagePulls: false,
  };
}
