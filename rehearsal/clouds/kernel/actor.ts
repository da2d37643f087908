import type { Session } from "./access-token";
import type { CloudError } from "./errors";
import type { World } from "./world";

/** What somebody asks a cloud for. */
export interface ActionRequest {
  /** For instance `ecr:CreateRepository`. */
  readonly action: string;
  /** What it is to be done to, in the cloud's own form; absent where the simulation does not tell resources apart. */
  readonly resource?: string;
  /** What a condition may ask about, by the cloud's own names, for instance `iam:PolicyARN`. */
  readonly conditions?: Readonly<Record<string, string>>;
}

/** Whoever acts after a login. Without one, an administrator acts. */
export interface Actor {
  /** What its uses are recorded under: a role's ARN, a service account's address, a managed identity's id. */
  readonly identity: string;
  /** The refusal, in the cloud's words, of what it may not do now; undefined for what it may. */
  refusal(request: ActionRequest): CloudError | undefined;
  /** Whether its session is over, so that the login has to be made again. */
  isOver(): boolean;
}

/** Where a provider finds a login. */
export interface LoginRequest {
  /** The provider's environment, which it has from the engine. */
  readonly environment: NodeJS.ProcessEnv;
  readonly world: World;
}

/**
 * Logs in with what the environment holds, as the real provider does.
 *
 * @returns undefined when it holds no login of the rehearsal's
 * @throws CloudError when the cloud refuses it
 */
export type LogIn = (request: LoginRequest) => Promise<Actor | undefined>;

/** Whoever logged in before and shows what it got then; undefined when its identity is gone. */
export type ActAgain = (world: World, session: Session) => Promise<Actor | undefined>;

/** How long a session lasts that a token was exchanged for, in milliseconds: an hour with each of the three clouds. */
export const sessionMilliseconds = 60 * 60 * 1000;
