import { InputError } from "../../infra/input-error";
import type { Access } from "../git/git";
import type { Location } from "../settings";

/** A repository on GitHub. */
export interface GitHubAddress {
  /** Address of the server: `https://github.com`. */
  readonly server: string;
  /** Address of its REST interface. */
  readonly api: string;
  readonly owner: string;
  readonly name: string;
}

/**
 * Recognises a GitHub repository by its address, with https, ssh or `git@<host>:<path>`. Which host is GitHub, and where
 * its interface is, the variables GITHUB_SERVER_URL and GITHUB_API_URL say, which GitHub Actions sets.
 *
 * @returns undefined for a repository that is elsewhere
 */
export function gitHubAddress(
  repository: string,
  environment: NodeJS.ProcessEnv = process.env,
): GitHubAddress | undefined {
  const server = (given(environment.GITHUB_SERVER_URL) ?? "https://github.com").replace(/\/$/, "");
  const api = (given(environment.GITHUB_API_URL) ?? "https://api.github.com").replace(/\/$/, "");
  const match =
    /^(?:https?|ssh):\/\/(?:[^@/]+@)?(?<host>[^/]+)\/(?<owner>[^/]+)\/(?<name>[^/]+?)(?:\.git)?\/?$/.exec(repository) ??
    /^[^@/:]+@(?<host>[^:/]+):(?<owner>[^/]+)\/(?<name>[^/]+?)(?:\.git)?$/.exec(repository);
  const { host, owner, name } = match?.groups ?? {};
  if (host !== new URL(server).host || owner === undefined || name === undefined) return undefined;
  return { server, api, owner, name };
}

/**
 * The token for GitHub.
 *
 * @param rights what it must be allowed to do
 * @throws InputError naming the variables
 */
export function gitHubToken(rights = "write contents and pull requests"): string {
  const token = foundToken(process.env);
  if (token === undefined) {
    throw new InputError(
      `Neither GH_TOKEN nor GITHUB_TOKEN is set, so nothing can be asked of GitHub. Set one to a token that may ${rights} of ` +
        "the repository; `gh auth token` prints one.",
    );
  }
  return token;
}

/** How the repository that Argo CD reads is reached. @throws InputError when it is on GitHub and there is no token */
export function accessTo({ repository }: Location): Access {
  return { url: repository, token: gitHubAddress(repository) === undefined ? undefined : gitHubToken() };
}

/** As {@link accessTo}, to read only: without a token a public repository can be read all the same. */
export function readAccessTo({ repository }: Location): Access {
  return { url: repository, token: gitHubAddress(repository) && foundToken(process.env) };
}

function foundToken({ GH_TOKEN, GITHUB_TOKEN }: NodeJS.ProcessEnv): string | undefined {
  return given(GH_TOKEN) ?? given(GITHUB_TOKEN);
}

/** CI systems hand in an empty variable for one that they do not have. */
function given(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
