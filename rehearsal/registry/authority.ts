import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import * as fs from "node:fs";
import * as tls from "node:tls";
import { der } from "./der";

const validMilliseconds = 7 * 24 * 60 * 60 * 1000;

/** A certificate authority that lives as long as this process: its key is never written down. */
export interface Authority {
  /** Its certificate, PEM. */
  readonly certificate: string;
  /** What a TLS server for `host` needs. */
  secureContext(host: string): tls.SecureContext;
}

/** Makes a throw-away certificate authority (ECDSA on P-256). */
export function createAuthority(): Authority {
  const root = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = distinguishedName("Trinity rehearsal (throw-away authority)");
  const contexts = new Map<string, tls.SecureContext>();
  const secureContext = (host: string): tls.SecureContext => {
    const server = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const extensions = [
      extension("2.5.29.19", true, der.sequence()), // Basic constraints: no authority
      extension("2.5.29.37", false, der.sequence(der.objectIdentifier("1.3.6.1.5.5.7.3.1"))), // Server authentication
      extension("2.5.29.17", false, der.sequence(der.implicit(2, Buffer.from(host)))), // The name that clients check
    ];
    const subject = distinguishedName("Trinity rehearsal");
    return tls.createSecureContext({
      cert: certificate(subject, server.publicKey, name, root.privateKey, extensions),
      key: server.privateKey.export({ format: "pem", type: "pkcs8" }),
    });
  };
  return {
    certificate: certificate(name, root.publicKey, name, root.privateKey, [
      extension("2.5.29.19", true, der.sequence(der.boolean(true), der.integer(Buffer.from([0])))),
      extension("2.5.29.15", true, der.bitString(Buffer.from([0b0000_0100]), 2)), // Key usage: signs certificates
    ]),
    secureContext: (host) => {
      const context = contexts.get(host) ?? secureContext(host);
      contexts.set(host, context);
      return context;
    },
  };
}

/** A certificate, PEM (RFC 5280, 4.1). */
function certificate(
  subject: Buffer,
  publicKey: KeyObject,
  issuer: Buffer,
  signingKey: KeyObject,
  extensions: readonly Buffer[],
): string {
  const algorithm = der.sequence(der.objectIdentifier("1.2.840.10045.4.3.2")); // ECDSA with SHA-256
  // The first bit clear: a serial number is positive; the second set: no leading zero byte.
  const serial = randomBytes(16);
  serial.writeUInt8((serial.readUInt8(0) & 0x3f) | 0x40, 0);
  const body = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))), // Version 3
    der.integer(serial),
    algorithm,
    issuer,
    // A minute back, for clocks that are read in whole seconds.
    der.sequence(der.utcTime(new Date(Date.now() - 60_000)), der.utcTime(new Date(Date.now() + validMilliseconds))),
    subject,
    publicKey.export({ format: "der", type: "spki" }),
    der.explicit(3, der.sequence(...extensions)),
  );
  const signed = der.sequence(body, algorithm, der.bitString(sign("sha256", body, signingKey)));
  const lines = signed.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

function extension(identifier: string, critical: boolean, value: Buffer): Buffer {
  const marked = critical ? [der.boolean(true)] : [];
  return der.sequence(der.objectIdentifier(identifier), ...marked, der.octetString(value));
}

function distinguishedName(commonName: string): Buffer {
  return der.sequence(der.set(der.sequence(der.objectIdentifier("2.5.4.3"), der.utf8String(commonName))));
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
