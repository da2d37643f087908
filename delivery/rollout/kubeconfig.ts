import { load } from "js-yaml";
import { z } from "zod";
import { InputError } from "../../infra/input-error";

const command = z.object({
  apiVersion: z.string(),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  installHint: z.string().nullish(),
  provideClusterInfo: z.boolean().nullish(),
});

/** The command that prints a short-lived credential (client.authentication.k8s.io, `ExecConfig`). */
export type CredentialCommand = z.infer<typeof command>;

const kubeconfig = z.object({
  "current-context": z.string().min(1),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) })),
  clusters: z.array(
    z.object({
      name: z.string(),
      cluster: z.object({
        server: z.url({ protocol: /^https$/, error: "an https:// address" }),
        "certificate-authority-data": z.base64().min(1),
      }),
    }),
  ),
  users: z.array(
    z.object({
      name: z.string(),
      user: z.object({
        token: z.string().optional(),
        "client-certificate-data": z.base64().optional(),
        "client-key-data": z.base64().optional(),
        exec: command.optional(),
      }),
    }),
  ),
});

/** What says who we are to an API server. */
export interface Login {
  readonly token?: string;
  /** A client's certificate and key, PEM. */
  readonly certificate?: string;
  readonly key?: string;
}

/** How one cluster is reached. */
export interface Access {
  /** The cluster's name in its kubeconfig. */
  readonly cluster: string;
  /** `https://…` */
  readonly server: string;
  /** The certificate authority, PEM. */
  readonly authority: string;
  readonly login: Login | CredentialCommand;
}

/**
 * Reads a kubeconfig of the forms that the output contract has, and no other: the certificate authority inside, and a
 * command that gets a token, or else a token or a client certificate inside. (The library of the Kubernetes project reads
 * every form, but takes 0.8 s to load, and waits for such a command without a limit.)
 *
 * @param where what it was read from, for errors: its text is secret and is in none of them
 * @throws InputError naming the field and the rule
 */
export function readKubeconfig(where: string, text: string): Access {
  const parsed = kubeconfig.safeParse(parse(where, text));
  if (!parsed.success) {
    throw new InputError(
      `${where} is no kubeconfig as the platform's stacks make it:\n${z.prettifyError(parsed.error)}\n` +
        `Write it anew: pulumi stack output kubeconfig --show-secrets --stack <env>-<cloud>`,
    );
  }
  const { "current-context": current, contexts, clusters, users } = parsed.data;
  const { context } = named(where, "contexts", contexts, current);
  const { cluster } = named(where, "clusters", clusters, context.cluster);
  const { user } = named(where, "users", users, context.user);
  const { token, "client-certificate-data": certificate, "client-key-data": key, exec } = user;
  if (exec === undefined && token === undefined && (certificate === undefined || key === undefined)) {
    throw new InputError(
      `${where}: user "${context.user}" has neither exec, nor token, nor client-certificate-data with client-key-data: ` +
        `one of them must say who asks.`,
    );
  }
  return {
    cluster: context.cluster,
    server: cluster.server,
    authority: decode(cluster["certificate-authority-data"]),
    login: exec ?? { token, certificate: certificate && decode(certificate), key: key && decode(key) },
  };
}

function parse(where: string, text: string): unknown {
  try {
    return load(text);
  } catch {
    // Not the parser's message, which quotes what it read.
    throw new InputError(`${where} is no valid YAML (${text.length} characters).`);
  }
}

function named<Item extends { readonly name: string }>(
  where: string,
  list: string,
  items: readonly Item[],
  name: string,
): Item {
  const found = items.find((item) => item.name === name);
  if (found === undefined) throw new InputError(`${where}: ${list} has no "${name}", which the current context names.`);
  return found;
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
