import { z } from "zod";
import { messageOf } from "../failure";
import { run } from "../process";
import type { Access, CredentialCommand, Login } from "./kubeconfig";

/** Longest time that a cloud's command may take for a token, in seconds: `aws` and `az` start slowly. */
const patience = 30;

const credential = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.coerce.date().optional(),
  }),
});

/**
 * Gives the login of a cluster, and a new one when the last has run out.
 *
 * @returns a function; told `fresh`, it does not take the one that it has, which was refused
 */
export function loginOf(access: Access): (signal: AbortSignal, fresh?: boolean) => Promise<Login> {
  const { login } = access;
  if (!("command" in login)) return () => Promise.resolve(login);
  let known: { readonly login: Login; readonly until: number } | undefined;
  return async (signal, fresh = false) => {
    if (fresh || known === undefined || known.until < Date.now()) {
      const { status } = await ask(access, login, signal);
      const { token, clientCertificateData: certificate, clientKeyData: key, expirationTimestamp } = status;
      // A little early, since it also has to arrive.
      const until = expirationTimestamp === undefined ? Infinity : expirationTimestamp.getTime() - 10_000;
      known = { login: { token, certificate, key }, until };
    }
    return known.login;
  };
}

/**
 * Runs the command as kubectl does.
 * Source: kubernetes.io/docs/reference/access-authn-authz/authentication, "client-go credential plugins"
 */
async function ask(access: Access, exec: CredentialCommand, signal: AbortSignal): Promise<z.infer<typeof credential>> {
  const { apiVersion, command, args, env, installHint, provideClusterInfo } = exec;
  const cluster = {
    server: access.server,
    "certificate-authority-data": Buffer.from(access.authority).toString("base64"),
  };
  const spec = { interactive: false, ...(provideClusterInfo === true ? { cluster } : {}) };
  const about = { apiVersion, kind: "ExecCredential", spec };
  const environment = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const hint = installHint ? `\n${installHint}` : "";
  try {
    const { code, stdout, stderr } = await run(command, args ?? [], {
      env: { ...process.env, ...environment, KUBERNETES_EXEC_INFO: JSON.stringify(about) },
      signal,
      seconds: patience,
    });
    if (code !== 0) throw new Error(`it ended with ${code}: ${stderr.trim().slice(-500)}`);
    return credential.parse(JSON.parse(stdout.toString("utf8")));
  } catch (error) {
    signal.throwIfAborted();
    // Not what it printed, which may be a token.
    const why = error instanceof SyntaxError || error instanceof z.ZodError ? "no ExecCredential" : messageOf(error);
    throw new Error(`\`${command}\`, which gets the login to the cluster, failed: ${why}${hint}`, { cause: error });
  }
}
