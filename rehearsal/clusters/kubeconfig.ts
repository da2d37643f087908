import { writeFileSync } from "node:fs";
import type { KeyPair } from "../certificates";

/** What a kubeconfig says. */
export interface KubeconfigOptions {
  readonly cluster: string;
  readonly server: string;
  /** The certificate authority, PEM. */
  readonly certificate: string;
  /** A bearer token, or a client's certificate and key. */
  readonly user: string | KeyPair;
}

/** Writes a kubeconfig that only this user can read. It is JSON, which is YAML too. */
export function writeKubeconfig(file: string, options: KubeconfigOptions): void {
  const { cluster, server, certificate, user } = options;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": cluster,
    clusters: [{ name: cluster, cluster: { server, "certificate-authority-data": base64(certificate) } }],
    contexts: [{ name: cluster, context: { cluster, user: cluster } }],
    users: [
      {
        name: cluster,
        user:
          typeof user === "string"
            ? { token: user }
            : { "client-certificate-data": base64(user.certificate), "client-key-data": base64(user.key) },
      },
    ],
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
