import { X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { rootCertificates } from "node:tls";
import { z } from "zod";
import { repositoryRoot } from "../paths";
import { runNpm } from "./command";

/** What npm inside an image build needs to reach the registry that npm reaches here. */
export interface NpmSecrets {
  /** A file in the form of .npmrc, with logins. */
  readonly npmrc: string;
  /** Certificates of authorities that Node.js does not know of itself, PEM. */
  readonly authorities: string;
}

const text = z.string().nullish();

/** The part of `npm config ls --json` that is used. It has every setting that is in force, but no login. */
const effective = z.looseObject({
  userconfig: text,
  globalconfig: text,
  cafile: text,
  ca: z.union([z.string(), z.array(z.string())]).nullish(),
  registry: z.string(),
  proxy: text,
  "https-proxy": text,
  noproxy: z.union([z.string(), z.array(z.string())]).nullish(),
  "strict-ssl": z.boolean().optional(),
});

type Effective = z.infer<typeof effective>;

/** The npm settings of whoever runs this: registries, logins, proxies and certificates. No client certificates. */
export async function npmSecrets(environment: NodeJS.ProcessEnv = process.env): Promise<NpmSecrets> {
  const settings = effective.parse(JSON.parse(await runNpm(["config", "ls", "--json"])));
  // Nearest last, as the last line of a key counts.
  const files = [settings.globalconfig, settings.userconfig, path.join(repositoryRoot, ".npmrc")];
  const logins = files.flatMap((file) => loginLines(readIfThere(file), environment));
  return {
    npmrc: [...settingLines(settings, environment), ...logins, ...loginsOf(environment), ""].join("\n"),
    authorities: unknownAuthorities([
      readIfThere(environment.NODE_EXTRA_CA_CERTS),
      readIfThere(settings.cafile),
      ...list(settings.ca),
    ]),
  };
}

function settingLines(settings: Effective, environment: NodeJS.ProcessEnv): string[] {
  const scopes = Object.entries(settings).filter(([key]) => /^@[^:]+:registry$/.test(key));
  const lines: [string, unknown][] = [
    ["registry", settings.registry],
    ...scopes,
    ["proxy", settings.proxy],
    ["https-proxy", settings["https-proxy"] ?? environment.HTTPS_PROXY ?? environment.https_proxy],
    ["noproxy", list(settings.noproxy).join(",")],
    ["strict-ssl", settings["strict-ssl"] === false ? "false" : undefined],
    // npm's own ten seconds and a minute between tries would leave a machine without network waiting.
    ["fetch-retry-mintimeout", "1000"],
    ["fetch-retry-maxtimeout", "5000"],
  ];
  return lines.flatMap(([key, value]) =>
    typeof value === "string" && value !== "" ? [`${key}=${JSON.stringify(value)}`] : [],
  );
}

/**
 * Lines such as `//registry.example.com/:_authToken=${TOKEN}` of a .npmrc, which `npm config` keeps to itself. Variables
 * are replaced, as npm does: the build has others.
 */
export function loginLines(npmrc: string, environment: NodeJS.ProcessEnv): string[] {
  return npmrc
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => /^\/\/[^=]+:(_authToken|_auth|_password|username|email)\s*=/.test(line))
    .map((line) =>
      line.replaceAll(/\$\{([^}?]+)(\??)\}/g, (whole, name: string, optional: string) => {
        return environment[name] ?? (optional === "" ? whole : "");
      }),
    );
}

/** Logins that npm reads from variables: `npm_config_//registry.example.com/:_authToken`. */
function loginsOf(environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const [, key] = /^npm_config_(\/\/.+)$/i.exec(name) ?? [];
    return key === undefined || value === undefined ? [] : [`${key}=${JSON.stringify(value)}`];
  });
}

/** The certificates of PEM texts that Node.js does not bring itself, each once: a machine's bundle is mostly the same. */
export function unknownAuthorities(texts: readonly string[]): string {
  const known = new Set(rootCertificates.map(fingerprint));
  const unknown = new Map<string, string>();
  for (const certificate of texts.flatMap((pem) => pem.match(certificates) ?? [])) {
    const print = fingerprint(certificate);
    if (!known.has(print)) {
      unknown.set(print, certificate);
    }
  }
  return [...unknown.values(), ""].join("\n");
}

const certificates = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** What tells certificates apart: the text itself, where this Node.js cannot read one. */
function fingerprint(pem: string): string {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch {
    return pem;
  }
}

function list(value: string | readonly string[] | null | undefined): readonly string[] {
  return typeof value === "string" ? [value] : (value ?? []);
}

function readIfThere(file: string | null | undefined): string {
  return file !== undefined && file !== null && file !== "" && fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
}
