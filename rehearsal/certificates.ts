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
import * as net from "node:net";

const validMilliseconds = 7 * 24 * 60 * 60 * 1000;

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate and its private key, PEM each. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Whom a certificate is for. */
export interface Subject {
  /** A user's or server's name. */
  readonly name: string;
  /** A user's groups, as Kubernetes reads them (X.509 organization). */
  readonly groups?: readonly string[];
  /** A server's names and addresses. */
  readonly hosts?: readonly string[];
}

/** A certificate authority that lives as long as this process: its key is never written down. */
export interface Authority {
  /** Its certificate, PEM. */
  readonly certificate: string;
  issue(subject: Subject): Promise<KeyPair>;
}

/** Makes a throw-away certificate authority (ECDSA on P-256). */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await generateKeys();
  const issuer = `CN=${name}`;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...common(),
    name: issuer,
    keys,
    extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)],
  });
  return {
    certificate: `${certificate.toString("pem")}\n`,
    issue: (subject) => issue(subject, issuer, keys.privateKey),
  };
}

async function issue(subject: Subject, issuer: string, signingKey: CryptoKey): Promise<KeyPair> {
  const keys = await generateKeys();
  const hosts = subject.hosts ?? [];
  const certificate = await X509CertificateGenerator.create({
    ...common(),
    subject: [{ CN: [subject.name] }, ...(subject.groups ?? []).map((group) => ({ O: [group] }))],
    issuer,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      ...(hosts.length === 0
        ? []
        : [
            new SubjectAlternativeNameExtension(
              hosts.map((value) => ({ type: net.isIP(value) === 0 ? ("dns" as const) : ("ip" as const), value })),
            ),
          ]),
    ],
  });
  return {
    certificate: `${certificate.toString("pem")}\n`,
    key: `${PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY")}\n`,
  };
}

function common() {
  return {
    // The first digit is no 8 or more, so that the number is positive (RFC 5280, 4.1.2.2).
    serialNumber: `01${randomBytes(15).toString("hex")}`,
    // A minute back, for clocks that are read in whole seconds.
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + validMilliseconds),
    signingAlgorithm: algorithm,
  };
}

function generateKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}
