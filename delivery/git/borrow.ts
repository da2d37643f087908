import { git, gitEnvironment, tryGit } from "./git";

/**
 * The object folder of the user's clone, so that little has to be fetched; undefined when there is no clone, or one that
 * lacks objects: git takes everything that a borrowed history leads to for granted.
 */
export async function borrowedObjects(clone: string, signal: AbortSignal): Promise<string | undefined> {
  const options = { env: gitEnvironment(undefined), signal };
  const args = ["-C", clone, "rev-parse", "--path-format=absolute", "--is-shallow-repository", "--git-path", "objects"];
  const [about, partial] = await Promise.all([
    tryGit(args, options),
    tryGit(["-C", clone, "config", "--get-regexp", "^(extensions\\.partialclone|remote\\..*\\.promisor)$"], options),
  ]);
  const [shallow, objects] = about.stdout.toString("utf8").trim().split("\n");
  return about.code === 0 && shallow === "false" && partial.code !== 0 ? objects : undefined;
}

/** Who commits: as git says it of the user, or the command itself where git knows nobody, as in CI. */
export async function committer(clone: string, signal: AbortSignal): Promise<string> {
  const options = { env: gitEnvironment(undefined), signal };
  const said = await tryGit(["-C", clone, "-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT"], options);
  if (said.code === 0) return said.stdout.toString("utf8").trim();
  return (
    await git(["var", "GIT_COMMITTER_IDENT"], {
      ...options,
      env: { ...options.env, GIT_COMMITTER_NAME: "trinity", GIT_COMMITTER_EMAIL: "trinity@localhost" },
    })
  )
    .toString("utf8")
    .trim();
}
