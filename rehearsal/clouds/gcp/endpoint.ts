import { createHash } from "node:crypto";

/** An address of 198.18.0.0/15, which no real server has (RFC 2544), the same for the same seed. */
export function simulatedAddress(seed: string): string {
  const digest = createHash("sha256").update(seed).digest();
  const [second = 0, third = 0, fourth = 0] = digest;
  return `198.${18 + (second % 2)}.${third}.${1 + (fourth % 254)}`;
}

/** Stands for a cluster's certificate authority: base64 of something of PEM form. */
export function simulatedCertificate(seed: string): string {
  const body = createHash("sha256").update(seed).digest("base64");
  return Buffer.from(`-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`).toString("base64");
}
