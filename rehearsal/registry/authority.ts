// The library's dependency injection needs it to be there first.
import "reflect-metadata";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as tls from "node:tls";

const validMilliseconds = 7 * 24 * 60 * 60 * 1000;

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate authority that lives as long as this process: its key is never written down. */
export interface Authority {
  /** Its certificate, PEM. */
  readonly certificate: string;
  /** What a TLS server for `host` needs; made once for each host. */
  secureContext(host: string): Promise<tls.SecureContext>;
}

/** Makes a throw-away certificate authority (ECDSA on P-256). */
export async function createAuthority(): Promise<Authority> {
  const keys = await generateKeys();
  const name = "CN=Trinity rehearsal (throw-away authority)";
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...common(),
    name,
    keys,
    extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)],
  });
  const contexts = new Map<string, Promise<tls.SecureContext>>();
  return {
    certificate: certificate.toString("pem"),
    secureContext: (host) => {
      const context = contexts.get(host) ?? serverContext(host, name, keys.privateKey);
      contexts.set(host, context);
      return context;
    },
  };
}

async function serverContext(host: string, issuer: string, signingKey: CryptoKey): Promise<tls.SecureContext> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.create({
    ...common(),
    subject: "CN=Trinity rehearsal",
    issuer,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([{ type: "dns", value: host }]),
    ],
  });
  return tls.createSecureContext({
    cert: certificate.toString("pem"),
    key: PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY"),
  });
}

function common() {
  return {
    serialNumber: randomBytes(16).toString("hex"),
    // A minute back, for clocks that are read in whole seconds.
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + validMilliseconds),
    signingAlgorithm: algorithm,
  };
}

function generateKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
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
