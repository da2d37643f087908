import { gitHubAddress, type GitHubAddress, gitHubToken } from "../../delivery/host/address";
import { type Ask, asker } from "../../delivery/host/ask";
import { type Client, createClient } from "../../delivery/host/octokit";
import { InputError } from "../../infra/input-error";

/** The repository that a job runs for, and how to ask GitHub about it. */
export interface JobRepository {
  readonly client: Client;
  readonly ask: Ask;
  /** What every request names. */
  readonly repo: { readonly owner: string; readonly repo: string };
  /** Whether something was written by whoever the token is. */
  readonly isOwn: (author: Author | null) => Promise<boolean>;
}

interface Author {
  readonly login: string;
  readonly type: string;
}

/**
 * The repository that GITHUB_REPOSITORY names (`owner/name`), on the server of GITHUB_SERVER_URL and GITHUB_API_URL, asked
 * with GH_TOKEN.
 *
 * @param rights what the token must be allowed to do
 * @throws InputError naming the variable that is missing or wrong
 */
export async function openJobRepository(
  rights: string,
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<JobRepository> {
  const address = jobAddress();
  const client = await createClient({ address, token: gitHubToken(rights), signal, report });
  const repository = `${address.owner}/${address.name}`;
  const ask = asker({ repository, rights, signal });
  let login: Promise<string | undefined> | undefined;
  return {
    client,
    ask,
    repo: { owner: address.owner, repo: address.name },
    isOwn: async (author) => {
      login ??= ask("say whose token this is", () => loginOf(client));
      const own = await login;
      return author !== null && (own === undefined ? author.type === "Bot" : author.login === own);
    },
  };
}

function jobAddress(): GitHubAddress {
  const { GITHUB_REPOSITORY: repository = "", GITHUB_SERVER_URL: server = "" } = process.env;
  const address = gitHubAddress(`${(server || "https://github.com").replace(/\/$/, "")}/${repository}`);
  if (address === undefined) {
    throw new InputError(
      `GITHUB_REPOSITORY is "${repository}", but must be <owner>/<name>: the repository that this is for. A job of GitHub ` +
        "Actions has it.",
    );
  }
  return address;
}

/** Undefined for a token of an app, such as a job's own: it is no user, and writes as a bot. */
async function loginOf(client: Client): Promise<string | undefined> {
  try {
    return (await client.rest.users.getAuthenticated()).data.login;
  } catch (error) {
    // A limit of requests is a 403 as well.
    if (error instanceof Error && error.message.includes("not accessible by integration")) return undefined;
    throw error;
  }
}
