import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { type Authority, createAuthority, type KeyPair } from "../certificates";

/** Addresses of Services. Nothing routes them: see service-network.ts and load-balancers.ts. */
const serviceAddresses = "10.96.0.0/16";

/** Files that the API server and the controllers read. */
export interface ControlPlaneFiles {
  readonly authority: string;
  readonly frontProxyAuthority: string;
  readonly tokens: string;
  /** What the servers show. */
  readonly server: KeyPair;
  /** How the API server is known to kubelets. */
  readonly kubeletClient: KeyPair;
  /** How the API server is known to the API servers behind it. */
  readonly frontProxy: KeyPair;
  /** What ServiceAccounts' tokens are signed with; the certificate is the public key. */
  readonly serviceAccounts: KeyPair;
}

/**
 * Writes them, readable for this user only.
 *
 * @param token the cluster administrator's
 */
export async function writeControlPlaneFiles(
  folder: string,
  authority: Authority,
  token: string,
): Promise<ControlPlaneFiles> {
  const write = (name: string, contents: string) => {
    const file = path.join(folder, name);
    writeFileSync(file, contents, { mode: 0o600 });
    return file;
  };
  const pair = (name: string, { certificate, key }: KeyPair) => ({
    certificate: write(`${name}.crt`, certificate),
    key: write(`${name}.key`, key),
  });
  const frontProxyAuthority = await createAuthority("front-proxy");
  const hosts = ["127.0.0.1", "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"];
  const { publicKey, privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return {
    authority: write("ca.crt", authority.certificate),
    frontProxyAuthority: write("front-proxy-ca.crt", frontProxyAuthority.certificate),
    tokens: write("tokens.csv", `${token},administrator,administrator,system:masters\n`),
    server: pair("server", await authority.issue({ name: "kube-apiserver", hosts })),
    kubeletClient: pair(
      "kubelet-client",
      await authority.issue({ name: "kube-apiserver", groups: ["system:masters"] }),
    ),
    frontProxy: pair("front-proxy", await frontProxyAuthority.issue({ name: "front-proxy-client" })),
    serviceAccounts: pair("service-accounts", { certificate: publicKey, key: privateKey }),
  };
}

/** @see https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/ */
export function apiServerArguments(etcd: string, name: string, port: number, files: ControlPlaneFiles): string[] {
  return [
    `--etcd-servers=${etcd}`,
    `--etcd-prefix=/${name}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    // No pod reaches the host's loopback, so the Service `kubernetes` has no endpoint.
    "--advertise-address=127.0.0.1",
    "--endpoint-reconciler-type=none",
    `--tls-cert-file=${files.server.certificate}`,
    `--tls-private-key-file=${files.server.key}`,
    `--client-ca-file=${files.authority}`,
    `--token-auth-file=${files.tokens}`,
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    "--allow-privileged=true",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${files.serviceAccounts.certificate}`,
    `--service-account-signing-key-file=${files.serviceAccounts.key}`,
    `--service-cluster-ip-range=${serviceAddresses}`,
    `--kubelet-client-certificate=${files.kubeletClient.certificate}`,
    `--kubelet-client-key=${files.kubeletClient.key}`,
    `--kubelet-certificate-authority=${files.authority}`,
    "--kubelet-preferred-address-types=InternalIP",
    `--requestheader-client-ca-file=${files.frontProxyAuthority}`,
    "--requestheader-allowed-names=front-proxy-client",
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    `--proxy-client-cert-file=${files.frontProxy.certificate}`,
    `--proxy-client-key-file=${files.frontProxy.key}`,
    // Aggregated APIs are reached at their endpoints, since nothing routes Services' addresses.
    "--enable-aggregator-routing=true",
    "--profiling=false",
  ];
}
