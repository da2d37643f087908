import * as fs from "node:fs";
import * as path from "node:path";
import type { CloudName } from "../../../infra/clouds";
import { type ClientEnvironment, type RegistryNode, standInHost } from "../../registry";
import type { NodeIdentity } from "./identity";

/** A cloud's credential provider for kubelets. */
interface Provider {
  readonly name: string;
  /** Hosts of its registries, in the kubelet's patterns: a star stands for one part of a name. */
  readonly matchImages: readonly string[];
}

/**
 * Names and hosts as each cloud has them. Sources: kubernetes/cloud-provider-aws, docs/credential_provider.md;
 * kubernetes/cloud-provider-gcp, pkg/gcpcredential; cloud-provider-azure.sigs.k8s.io/topics/credential-provider.
 */
const providers: Readonly<Record<CloudName, Provider>> = {
  aws: {
    name: "ecr-credential-provider",
    matchImages: ["*.dkr.ecr.*.amazonaws.com", "*.dkr.ecr.*.amazonaws.com.cn", "*.dkr.ecr-fips.*.amazonaws.com"],
  },
  gcp: { name: "auth-provider-gcp", matchImages: ["*.pkg.dev"] },
  azure: { name: "acr-credential-provider", matchImages: ["*.azurecr.io"] },
};

/** What a node's credentials are made of. */
export interface NodeCredentialsOptions {
  /** A folder of the node's own. */
  readonly folder: string;
  readonly node: RegistryNode;
  readonly identity: Pick<NodeIdentity, "endpoint" | "register">;
  /** Leads to the played registries. */
  readonly environment: Pick<ClientEnvironment, "HTTPS_PROXY" | "SSL_CERT_FILE">;
}

/** For a kubelet's `--image-credential-provider-config` and `--image-credential-provider-bin-dir`. */
export interface NodeCredentials {
  readonly config: string;
  readonly bin: string;
}

/** Lets a node in, and writes what its kubelet logs in to registries with. To be done anew for each run. */
export function writeNodeCredentials(options: NodeCredentialsOptions): NodeCredentials {
  const { folder, node, identity, environment } = options;
  const { name, matchImages } = providers[node.cloud];
  const bin = path.join(folder, "bin");
  const config = path.join(folder, "credential-providers.json");
  const secret = path.join(folder, "secret");
  fs.mkdirSync(bin, { recursive: true, mode: 0o700 });
  const env = {
    TRINITY_NODE_ENDPOINT: identity.endpoint,
    TRINITY_NODE_SECRET: secret,
    HTTPS_PROXY: environment.HTTPS_PROXY,
    SSL_CERT_FILE: environment.SSL_CERT_FILE,
  };
  // A kubelet has no PATH to rely on, so that the script names its interpreter.
  const script = fs.readFileSync(path.join(__dirname, "plugin.cjs"), "utf8");
  write(path.join(bin, name), `#!${process.execPath}\n${script}`, 0o700);
  write(secret, identity.register(node), 0o600);
  write(config, JSON.stringify(configuration(name, [...matchImages, standInHost], env), undefined, 2), 0o600);
  return { config, bin };
}

/** A CredentialProviderConfig (kubernetes.io/docs/reference/config-api/kubelet-config.v1); JSON is YAML too. */
function configuration(name: string, matchImages: readonly string[], env: Readonly<Record<string, string>>): unknown {
  return {
    apiVersion: "kubelet.config.k8s.io/v1",
    kind: "CredentialProviderConfig",
    providers: [
      {
        name,
        apiVersion: "credentialprovider.kubelet.k8s.io/v1",
        matchImages,
        defaultCacheDuration: "1m0s",
        env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
      },
    ],
  };
}

/** Replaces a file as a whole, so that a kubelet that runs sees the old or the new one. */
function write(file: string, text: string, mode: number): void {
  const temporary = `${file}.${process.pid}`;
  fs.writeFileSync(temporary, text, { mode });
  fs.renameSync(temporary, file);
}
