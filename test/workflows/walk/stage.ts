import type { GitHubRepository } from "../../../infra/access/subjects";
import type { TokenIssuer, TokenOptions, WorkflowJob } from "../../../rehearsal/github/oidc";

/** What a walk runs on: the repository, and everything that GitHub and the runner's machine would give a job. */
export interface Stage {
  /** Everything of the walk is kept here. */
  readonly folder: string;
  /** Git repository that jobs check out, and the commit that the run is for. */
  readonly origin: string;
  readonly commit: string;
  readonly repository: GitHubRepository;
  /** What is installed on the machine: PATH with the commands, and how they find the simulated clouds. */
  readonly machine: Readonly<Record<string, string>>;
  /** The installed packages that `npm ci --ignore-scripts` stands for. */
  readonly packages: string;
  readonly issuer: TokenIssuer;
  /** What the tokens of its jobs are made with. @default as GitHub's are */
  readonly jobTokens?: TokenOptions;
  readonly github: { readonly server: string; readonly api: string };
  /** What GITHUB_TOKEN is; and the token that the app gets. */
  readonly tokens: { readonly job: string; readonly app: string };
  readonly variables: Readonly<Record<string, string>>;
  /** Secrets of GitHub's environments, by the environment: jobs of others have none. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What starts a run. */
export interface Trigger {
  readonly event: WorkflowJob["event"];
  readonly ref: string;
  /** `github.event`. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, string>>;
  /** A pull request from a fork, whose jobs get no token. @default false */
  readonly fork?: boolean;
}

export type Outcome = "success" | "failure" | "skipped";

/** A step that ran, was played, or was skipped. */
export interface WalkedStep {
  /** The command, or the action without its version. */
  readonly what: string;
  readonly outcome: Outcome;
  /** What it printed; masked values are `***`, as in GitHub's log. */
  readonly log: string;
}

/** One job of a workflow, or one of those that its matrix makes. */
export interface WalkedJob {
  readonly id: string;
  readonly name: string;
  readonly outcome: Outcome;
  readonly outputs: Readonly<Record<string, string>>;
  readonly steps: readonly WalkedStep[];
}
