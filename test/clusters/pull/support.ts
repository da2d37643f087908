import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { TestContext } from "node:test";
import type { CloudName } from "../../../infra/clouds";
import { registryRules } from "../../../rehearsal/clouds/registry-rules";
import { nodePullRules, type NodeIdentity, startNodeIdentity } from "../../../rehearsal/clusters/pull";
import { homePaths } from "../../../rehearsal/paths";
import {
  nodeUsers,
  type Registries,
  registryOwner,
  type RegistryRules,
  startRegistries,
} from "../../../rehearsal/registry";
import { ensureTools, type ToolName, ToolsError } from "../../../rehearsal/tools/index";
import { simulatedAzure, roles } from "../../clouds/azure/support";
import { nodeInputs, TestCloud } from "../../clouds/aws/support";
import { image as gcpImage, simulate } from "../../clouds/gcp/support";
import { registryClient } from "../../registry/client";

/** Registries and node identities over the simulated cloud that a test has just made. */
export interface Pulling {
  readonly registries: Registries;
  readonly client: ReturnType<typeof registryClient>;
  readonly identity: NodeIdentity;
  /** A folder of the test file's own. */
  readonly root: string;
  /** From now on a cloud is the one that lies in this folder. */
  use(cloud: Pick<Granted, "cloud" | "folder">): void;
  stop(): Promise<void>;
}

export async function startPulling(): Promise<Pulling> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-pull-"));
  const folders = new Map<ReturnType<typeof registryOwner>, string>();
  const folderOf = (owner: ReturnType<typeof registryOwner>) => folders.get(owner) ?? path.join(root, "none");
  const rules: RegistryRules & Required<Pick<RegistryRules, "mayPull">> = {
    repository: (host, name) => registryRules(folderOf(registryOwner(host))).repository(host, name),
    mayPull: (node, host, name) => nodePullRules(folderOf(node.cloud)).mayPull(node, host, name),
  };
  const { registry } = await ensureTools(["registry"], { ways: ["path"] });
  const { registry: data, config, logs } = homePaths(root);
  const registries = await startRegistries({ root, data, config, logs, command: registry.path, rules });
  const identity = await startNodeIdentity({ tokens: registries.tokens, rules });
  const client = registryClient(registries);
  return {
    registries,
    client,
    identity,
    root,
    use: ({ cloud, folder }) => {
      folders.set(cloud, folder);
    },
    stop: async () => {
      client.close();
      await identity.stop();
      await registries.stop();
      fs.rmSync(root, { recursive: true });
    },
  };
}

/** A simulated cloud with a cluster, and a repository that its nodes may pull from. */
export interface Granted {
  readonly cloud: CloudName;
  readonly cluster: string;
  readonly host: string;
  readonly name: string;
  /** Where the cloud keeps what it holds. */
  readonly folder: string;
  /** Takes the grant away. */
  revoke(): Promise<void>;
  /** Gives it back. */
  grant(): Promise<void>;
}

export const clouds: Readonly<Record<CloudName, (context: TestContext) => Promise<Granted>>> = {
  aws: async (context) => {
    const cloud = new TestCloud(context);
    const { inputs, nodeRole } = await nodeInputs(cloud);
    await cloud.create("nodes", inputs);
    await cloud.create("repository", { name: "app", imageTagMutability: "IMMUTABLE" });
    const policyArn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";
    let attachment = nodeRole.attachments[2];
    return {
      cloud: "aws",
      cluster: "test",
      host: "123456789012.dkr.ecr.us-east-1.amazonaws.com",
      name: "app",
      folder: worldFolder(cloud.world),
      revoke: async () => {
        if (attachment !== undefined) {
          await cloud.delete(attachment);
        }
      },
      grant: async () => {
        attachment = await cloud.create("attachment", { role: nodeRole.role.id, policyArn });
      },
    };
  },
  gcp: async (context) => {
    const cloud = simulate(context);
    await cloud.prepare("nodePool");
    await cloud.create("repository");
    await cloud.create("nodePool");
    let member = await cloud.create("repositoryMember");
    const [host = "", ...name] = gcpImage.split("/");
    return {
      cloud: "gcp",
      cluster: "trinity",
      host,
      name: name.join("/"),
      folder: cloud.world.folder,
      revoke: () => cloud.remove("repositoryMember", member.id),
      grant: async () => {
        member = await cloud.create("repositoryMember");
      },
    };
  },
  azure: async (context) => {
    const azure = simulatedAzure(context);
    const { cluster } = await azure.cluster();
    const registry = await azure.registry();
    const profile = cluster.properties.identityProfile as {
      readonly kubeletidentity: { readonly objectId: string };
    };
    const assign = () => azure.assign(registry.id, roles.acrPull, profile.kubeletidentity.objectId);
    let assignment = await assign();
    return {
      cloud: "azure",
      cluster: "cluster",
      host: "trinitydevazureacr.azurecr.io",
      name: "mandelbrot",
      folder: worldFolder(azure.world),
      revoke: () => azure.delete("assignment", assignment),
      grant: async () => {
        assignment = await assign();
      },
    };
  },
};

/** The worlds of tests know their folder, which their clouds' helpers do not tell. */
function worldFolder(world: object): string {
  return (world as { readonly folder: string }).folder;
}

/** A node's login, `<user>:<password>`, as if its cloud had just given it. */
export function nodeLogin({ registries }: Pulling, { cloud, cluster }: Pick<Granted, "cloud" | "cluster">): string {
  const node = { cloud, cluster, name: "node-0" };
  return `${nodeUsers[cloud]}:${registries.tokens.issue({ use: "login", node }, 60)}`;
}

/** A registry's refusal, with what it said. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    text: string,
  ) {
    super(`${status} ${text}`);
  }
}

/**
 * Gets a page as containerd does: without a login first, then as the challenge says, by POST and where that is not
 * known by GET (containerd, core/remotes/docker/authorizer.go).
 *
 * @throws Refused
 */
export async function get({ client }: Pulling, host: string, page: string, login?: string): Promise<string> {
  const first = await client.call(host, page, { login: undefined });
  if (first.status === 200) {
    return first.text;
  }
  const authorization = first.challenge.startsWith("Bearer ")
    ? `Bearer ${await fetchToken(client, first.challenge, login)}`
    : basic(login);
  const second = await client.call(host, page, authorization === undefined ? { login: undefined } : { authorization });
  if (second.status !== 200) {
    throw new Refused(second.status, second.text);
  }
  return second.text;
}

/** Pulls as a node does: the manifest, then the image's configuration. @returns that */
export async function pull(pulling: Pulling, { host, name }: Granted, reference: string, login?: string) {
  const manifest = await get(pulling, host, `/v2/${name}/manifests/${reference}`, login);
  const { config } = JSON.parse(manifest) as { readonly config: { readonly digest: string } };
  return JSON.parse(await get(pulling, host, `/v2/${name}/blobs/${config.digest}`, login)) as {
    readonly label: string;
  };
}

async function fetchToken(client: Pulling["client"], challenge: string, login?: string): Promise<string> {
  const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? "";
  const realm = new URL(field("realm"));
  const asked = { service: field("service"), scope: field("scope") };
  if (login !== undefined) {
    const [username = "", password = ""] = login.split(":");
    const form = new URLSearchParams({ grant_type: "password", username, password, ...asked }).toString();
    const body = Buffer.from(form);
    const type = "application/x-www-form-urlencoded";
    const posted = await client.call(realm.host, realm.pathname, { method: "POST", body, type, login: undefined });
    if (posted.status === 200) {
      return tokenOf(posted.text);
    }
  }
  const authorization = basic(login);
  const page = `${realm.pathname}?${new URLSearchParams(asked).toString()}`;
  const got = await client.call(
    realm.host,
    page,
    authorization === undefined ? { login: undefined } : { authorization },
  );
  if (got.status !== 200) {
    throw new Refused(got.status, got.text);
  }
  return tokenOf(got.text);
}

function tokenOf(text: string): string {
  const { token, access_token } = JSON.parse(text) as { readonly token?: string; readonly access_token?: string };
  return token ?? access_token ?? "";
}

export function basic(login: string | undefined): string | undefined {
  return login === undefined ? undefined : `Basic ${Buffer.from(login).toString("base64")}`;
}

/** Path of a tool that only clusters need, and that is not got for every test; undefined when it is not there. */
export async function findTool(name: ToolName): Promise<string | undefined> {
  try {
    return (await ensureTools([name], { ways: ["path"] }))[name].path;
  } catch (error) {
    if (error instanceof ToolsError) {
      return undefined;
    }
    throw error;
  }
}
