import * as fs from "node:fs";
import * as path from "node:path";
import { socketFolder } from "../processes/socket";
import { readAddress } from "./address";
import { createHostAuthority, systemAuthorities } from "./authority";
import { type Backend, startBackend } from "./backend";
import { openCredentials } from "./credentials";
import { createFront, servedDigest } from "./front";
import { registryOwner, standInHost } from "./hosts";
import { Outage } from "./outage";
import { type Sites, startProxy } from "./proxy";
import type { RegistryRules } from "./rules";
import { Tokens } from "./tokens";

export { sessionOf } from "./access";
export { nodeUsers } from "./callers";
export { registryOwner, standInHost } from "./hosts";
export type { OutageOptions } from "./outage";
export type { Sites } from "./proxy";
export { notAuthorized } from "./refusals";
export type { NodePull, RegistryIdentity, RegistryNode, RegistryRules, RepositoryRules } from "./rules";
export type { Tokens } from "./tokens";

/** Where the registries keep their things; {@link homePaths} has them. */
export interface RegistryOptions {
  /** The run's folder. */
  readonly root: string;
  /** Blobs and manifests; kept from run to run. */
  readonly data: string;
  /** Docker's configuration, certificates and the login's token. */
  readonly config: string;
  readonly logs: string;
  /** The `registry` executable (CNCF Distribution 3). */
  readonly command: string;
  readonly rules: RegistryRules;
  /** Further hosts to play, by name, for the same clients. @default none */
  readonly sites?: Sites;
}

/** What leads a client to the played registries. */
export type ClientEnvironment = Readonly<Record<string, string>> &
  Readonly<Record<"HTTPS_PROXY" | "SSL_CERT_FILE" | "DOCKER_CONFIG" | "BUILDX_CONFIG", string>>;

/** The three clouds' registries, played on this machine. */
export interface Registries {
  /** For every client: proxy, certificates and Docker's configuration. */
  readonly environment: ClientEnvironment;
  /** Password of the home's login, at every host; the user name is `AWS`. */
  readonly token: string;
  /** Makes nodes' logins, which may pull what {@link RegistryRules.mayPull} lets them. */
  readonly tokens: Pick<Tokens, "issue">;
  readonly backend: Backend;
  /** Makes outages. */
  readonly outage: Outage;
  /** Logs in to hosts, as `docker login` would: writes Docker's config.json. */
  readonly login: (...hosts: readonly string[]) => void;
  /**
   * Digest of what a reference, `<host>/<name>:<tag>` or `…@<digest>`, names; undefined when there is nothing, or no
   * such repository in the cloud any more.
   */
  readonly manifest: (reference: string) => Promise<string | undefined>;
  stop(): Promise<void>;
}

/** Starts the registries. What was pushed in earlier runs of this home is there. */
export async function startRegistries(options: RegistryOptions): Promise<Registries> {
  const dockerConfig = path.join(options.config, "docker");
  const certificates = path.join(options.config, "certificates.pem");
  const backend = await startBackend({
    command: options.command,
    data: options.data,
    log: path.join(options.logs, "registry.log"),
    sockets: socketFolder(options.root),
  });
  try {
    const credentials = openCredentials(options.config, dockerConfig);
    credentials.login(standInHost);
    const authority = await createHostAuthority();
    fs.writeFileSync(certificates, `${systemAuthorities()}\n${authority.certificate}\n`);
    const outage = new Outage();
    const tokens = new Tokens();
    const front = createFront({ backend, credentials, tokens, rules: options.rules, outage });
    const proxy = await startProxy(authority, outage, front, options.sites ?? {});
    return {
      environment: clientEnvironment(proxy.address, certificates, dockerConfig),
      token: credentials.token,
      tokens,
      backend,
      outage,
      login: credentials.login,
      manifest: (reference) => findManifest(backend, options.rules, reference),
      stop: async () => {
        await proxy.stop();
        await backend.stop();
      },
    };
  } catch (error) {
    await backend.stop();
    throw error;
  }
}

function clientEnvironment(proxy: string, certificates: string, dockerConfig: string): ClientEnvironment {
  const loopback = "localhost,127.0.0.1,::1";
  return {
    // Both spellings: clients differ in which they read first, and the user's own must not win.
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    HTTP_PROXY: proxy,
    http_proxy: proxy,
    NO_PROXY: loopback,
    no_proxy: loopback,
    SSL_CERT_FILE: certificates,
    // Git does not read the former.
    GIT_SSL_CAINFO: certificates,
    DOCKER_CONFIG: dockerConfig,
    BUILDX_CONFIG: path.join(dockerConfig, "buildx"),
  };
}

async function findManifest(backend: Backend, rules: RegistryRules, reference: string): Promise<string | undefined> {
  const host = reference.slice(0, reference.indexOf("/"));
  const rest = reference.slice(host.length + 1);
  const [, name = "", tag, digest] = /^([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(rest) ?? [];
  const address = readAddress(`/v2/${name}/manifests/${digest ?? tag ?? ""}`);
  const owner = registryOwner(host);
  if (owner === undefined || address === undefined) {
    throw new Error(
      `"${reference}" is no reference to a played registry: <host>/<name>:<tag> or <host>/<name>@<digest>.`,
    );
  }
  return servedDigest({ backend, rules }, owner, host, address);
}
