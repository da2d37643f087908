import * as fs from "node:fs";
import * as tls from "node:tls";
import { createAuthority } from "../certificates";

/** A certificate authority for hosts that are played. */
export interface HostAuthority {
  /** Its certificate, PEM. */
  readonly certificate: string;
  /** What a TLS server for `host` needs; made once for each host. */
  secureContext(host: string): Promise<tls.SecureContext>;
}

/** Makes a throw-away one. */
export async function createHostAuthority(): Promise<HostAuthority> {
  const authority = await createAuthority("Trinity rehearsal (throw-away authority)");
  const contexts = new Map<string, Promise<tls.SecureContext>>();
  const make = async (host: string) => {
    const { certificate: cert, key } = await authority.issue({ name: "Trinity rehearsal", hosts: [host] });
    return tls.createSecureContext({ cert, key });
  };
  return {
    certificate: authority.certificate,
    secureContext: (host) => {
      const context = contexts.get(host) ?? make(host);
      contexts.set(host, context);
      return context;
    },
  };
}

/** Bundles of the usual systems, in the order in which Go looks for them. */
const bundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** The certificate authorities that this machine trusts, PEM: the user's own bundle first. */
export function systemAuthorities(environment: NodeJS.ProcessEnv = process.env): string {
  const file = [environment.SSL_CERT_FILE, ...bundles].find((name) => name !== undefined && fs.existsSync(name));
  return file === undefined ? tls.rootCertificates.join("\n") : fs.readFileSync(file, "utf8");
}
