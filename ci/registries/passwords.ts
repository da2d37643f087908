import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { run } from "../../delivery/process";
import type { CloudName } from "../../infra/clouds";
import { InputError } from "../../infra/input-error";
import { azureAudience } from "../login/azure";
import { type Job, jobToken, readJob } from "../login/job";

/** A login to one registry. */
export interface RegistryLogin {
  readonly host: string;
  readonly user: string;
  readonly password: string;
}

/** Where the clouds' commands run. */
export interface PasswordContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** What a registry's host looks like in each cloud, with the part in it that the cloud's command asks for. */
const hosts: Readonly<Record<CloudName, { readonly pattern: RegExp; readonly form: string }>> = {
  aws: {
    pattern: /^\d{12}\.dkr\.ecr\.(?<part>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/,
    form: "<account>.dkr.ecr.<region>.amazonaws.com",
  },
  gcp: { pattern: /^(?<part>[a-z0-9-]+)-docker\.pkg\.dev$/, form: "<region>-docker.pkg.dev" },
  azure: { pattern: /^(?<part>[a-z0-9]+)\.azurecr\.(?:io|cn|us)$/, form: "<registry>.azurecr.io" },
};

type AskPassword = (part: string, context: PasswordContext) => Promise<Omit<RegistryLogin, "host">>;

/** Each cloud's own command, and the user name that its registry wants with what it prints. */
const askPassword: Readonly<Record<CloudName, AskPassword>> = {
  // Source: Amazon ECR user guide, "Private registry authentication". Lasts twelve hours.
  aws: async (region, context) => ({
    user: "AWS",
    password: await output("aws", ["ecr", "get-login-password", "--region", region], context),
  }),
  // Source: cloud.google.com/artifact-registry/docs/docker/authentication, "Access token". Lasts an hour.
  gcp: async (_region, context) => ({
    user: "oauth2accesstoken",
    password: await output("gcloud", ["auth", "print-access-token", "--quiet"], context),
  }),
  // Source: learn.microsoft.com/azure/container-registry, "az acr login with --expose-token". Lasts three hours.
  azure: async (registry, context) => ({
    user: "00000000-0000-0000-0000-000000000000",
    password: await withAzureLogin(context, (loggedIn) =>
      output(
        "az",
        [
          ...["acr", "login", "--name", registry, "--expose-token"],
          ...["--query", "accessToken", "--output", "tsv", "--only-show-errors"],
        ],
        loggedIn,
      ),
    ),
  }),
};

/**
 * Asks a cloud for a login to a registry.
 *
 * @param host the registry's
 * @throws InputError when that is no registry of the cloud, so that no other host gets its password
 * @throws Error with the command and its words, without what it printed
 */
export async function registryLogin(cloud: CloudName, host: string, context: PasswordContext): Promise<RegistryLogin> {
  const { pattern, form } = hosts[cloud];
  const part = pattern.exec(host)?.groups?.part;
  if (part === undefined) {
    throw new InputError(
      `"${host}" is no registry of ${cloud}, whose host has the form ${form}. Nothing logs in to it.`,
    );
  }
  return { host, ...(await askPassword[cloud](part, context)) };
}

/**
 * The Azure CLI does not read the login of a job from the environment. It gets one in a folder of its own, which goes again;
 * the token through a file, which `@` names. On a laptop it is logged in already.
 * Source: learn.microsoft.com/cli/azure, "az login", --federated-token; "Tips for using the Azure CLI", @<file>
 */
async function withAzureLogin<Result>(
  context: PasswordContext,
  work: (context: PasswordContext) => Promise<Result>,
): Promise<Result> {
  const { environment, signal } = context;
  if (environment.ARM_USE_OIDC !== "true") return work(context);
  const job: Job = readJob(environment);
  const folder = fs.mkdtempSync(path.join(environment.RUNNER_TEMP ?? os.tmpdir(), "trinity-az-"));
  try {
    const file = path.join(folder, "token");
    fs.writeFileSync(file, await jobToken(job, azureAudience, signal), { mode: 0o600 });
    const inFolder = { environment: { ...environment, AZURE_CONFIG_DIR: folder }, signal };
    const { ARM_CLIENT_ID: client = "", ARM_TENANT_ID: tenant = "" } = environment;
    await output(
      "az",
      [
        ...["login", "--service-principal", "--username", client, "--tenant", tenant],
        ...["--federated-token", `@${file}`, "--allow-no-subscriptions", "--output", "none"],
      ],
      inFolder,
    );
    return await work(inFolder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function output(command: string, args: readonly string[], context: PasswordContext): Promise<string> {
  const { environment, signal } = context;
  const { code, stdout, stderr } = await run(command, args, { env: environment, signal, seconds: 120 });
  if (code !== 0) {
    throw new Error(
      `\`${command} ${args.slice(0, 2).join(" ")}\` ended with exit code ${code}: ${stderr.trim()}\n` +
        "Log in to that cloud first: in a workflow with `npm run ci -- login --identity push`.",
    );
  }
  return stdout.toString("utf8").trim();
}
