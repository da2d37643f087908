import { RefusedError } from "../failure";
import { makeCommits } from "../git/commit";
import { pushBranches } from "../git/push";
import { Repository } from "../git/repository";
import { accessTo, gitHubAddress } from "../host/address";
import type { Context } from "../propose";
import type { Location } from "../settings";

/** An app's folder on the branch that Argo CD of some clusters reads. */
export class AppFolder {
  private constructor(
    readonly app: string,
    readonly location: Location,
    readonly repository: Repository,
    /** Whether the branch has the folder. */
    readonly exists: boolean,
    /** The last `app.yaml` of the folder; undefined when the branch never had one. */
    readonly manifest: string | undefined,
  ) {}

  /** Fetches the branch. Changes nothing. The caller closes `repository`. @throws as {@link Repository.open} */
  static async open(app: string, location: Location, { root, signal }: Context): Promise<AppFolder> {
    const branches = [`${app}/*`];
    const repository = await Repository.open({ location, access: accessTo(location), clone: root, branches, signal });
    try {
      const [folder] = await repository.resolve([`${repository.base}:apps/${app}`]);
      // Where the newest change is the removal, the one before has the text.
      const manifests = await repository.history(`apps/${app}/app.yaml`, 2);
      const manifest = manifests.find((text) => text !== undefined);
      return new AppFolder(app, location, repository, folder !== undefined, manifest);
    } catch (error) {
      await repository.close();
      throw error;
    }
  }

  /** The branch, for people. */
  get where(): string {
    return `branch ${this.repository.branch} of ${this.location.repository}`;
  }

  /** Whether a commit lacks the folder; false too for a commit that is not known here. */
  async isGoneIn(commit: string): Promise<boolean> {
    const [known, folder] = await this.repository.resolve([`${commit}^{commit}`, `${commit}:apps/${this.app}`]);
    return known !== undefined && folder === undefined;
  }
}

/**
 * Pushes a branch without the folder and opens a pull request for it. Again finds the same ones.
 *
 * @returns what there is now, for people
 * @throws RefusedError when the remote takes no such branch
 */
export async function proposeRemoval(folder: AppFolder, { root, signal, report }: Context): Promise<string> {
  const { app, repository, location } = folder;
  const branch = `${app}/remove`;
  const title = `remove(${app}): take the app out`;
  const removal = { branch, message: `${title}\n`, removed: [`apps/${app}`] };
  const [made] = await makeCommits(repository, root, [removal]);
  if (made !== undefined && made.commit !== made.before) {
    const outcome = (await pushBranches(repository, [{ branch, ...made }])).get(branch);
    if (outcome?.kind === "refused") throw new RefusedError(`${location.repository} refused ${branch}: ${outcome.why}`);
    if (outcome?.kind === "overtaken") {
      throw new RefusedError(`Somebody else pushed ${branch} at the same time. Run the same command again.`);
    }
  }
  const address = gitHubAddress(location.repository);
  if (address === undefined) return `${location.repository} has the branch ${branch}: open a pull request from it`;
  const { openGitHub } = await import("../host/github");
  const pullRequests = await openGitHub(address, repository.branch, signal, report);
  const { url } = await pullRequests.create(branch, title, bodyOf(app));
  return `the pull request ${url} is open`;
}

function bodyOf(app: string): string {
  return [
    `Takes the app **${app}** out of the repository: the folder \`apps/${app}\`.`,
    "",
    "Merging this ends nothing that runs, since no folder that goes takes anything along. Once it is merged,",
    `\`npm run trinity -- remove app ${app} --kubeconfigs <folder>\` removes the app from the clusters. Do that soon: the next`,
    "deploy deletes the app's image repositories, and a pod that has to start anew finds no image then.",
    "",
    "For that deploy the previews want the label `allow-replace`. Where `trinity:deletionProtection` is true, a person has to let",
    'the repositories go before: docs/runbook.md, "An app is to be made, or to go".',
  ].join("\n");
}
