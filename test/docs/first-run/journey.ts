import { spawn } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import type { TestContext } from "node:test";
import { parse, parseDocument } from "yaml";
import { identities, type IdentityName, type Place } from "../../../infra/access/identities";
import type { CloudName } from "../../../infra/clouds";
import { jobAt, readEnvironment, startJobWorld } from "../../../rehearsal/access/jobs";
import { startStateService, type StateService } from "../../../rehearsal/clouds/aws/state-service";
import { repositoryRoot } from "../../../rehearsal/paths";
import { copyRepository } from "../../support/checkout";
import { temporaryEngine, type TestEngine } from "../../support/engine";
import { temporaryFolder } from "../../support/simulation";
import { ghCommand, type ToldGitHub } from "./github";
import { type Block, fillIn, readGuide, type Values } from "./guide";
import { standIn, type StandIn } from "./stand-ins";
import { passphrase, repository } from "./values";

/** Somebody who follows the guide at a terminal, in a fresh checkout with an empty home. */
export interface Journey {
  readonly engine: TestEngine;
  readonly github: ToldGitHub;
  readonly state: StateService;
  /** Follows a section, block after block. @throws Error with the block's place and what the terminal showed */
  follow(section: string): Promise<void>;
  /** Types something that is not in the guide. @returns what it printed */
  type(command: string): Promise<string>;
  /**
   * Logs a job in with the repository's variables.
   *
   * @param place where it runs. @default one whose jobs may be that identity
   * @returns types something in a later step of the job
   */
  logIn(identity: IdentityName, place?: Place): Promise<(command: string) => Promise<string>>;
}

export interface JourneyOptions {
  readonly cloud: CloudName;
  readonly values: Values;
  /** The cloud's own commands, by name. */
  readonly commands: (engine: TestEngine) => Readonly<Record<string, StandIn>>;
  /** Simulated seconds per real second. @default as in other tests */
  readonly scale?: number;
}

export async function startJourney(context: TestContext, options: JourneyOptions): Promise<Journey> {
  const { cloud } = options;
  const engine = await temporaryEngine(context, options.scale);
  const { clouds } = engine.home.paths;
  const folder = temporaryFolder(context);
  const [home, checkout, bin] = ["home", "checkout", "bin"].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  fs.mkdirSync(home);
  await copyRepository(checkout);
  // What `npm ci` stands for.
  fs.symlinkSync(path.join(repositoryRoot, "node_modules"), path.join(checkout, "node_modules"));
  const github: ToldGitHub = { environments: new Map(), variables: new Map() };
  await standIn(context, bin, { gh: ghCommand(repository, github), ...options.commands(engine) });
  const [jobs, state] = [await startJobWorld(clouds), await startStateService(clouds)];
  context.after(() => Promise.all([jobs.stop(), state.stop()]));

  /** What is installed, and nothing that the guide is to bring. */
  const brought = ["PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE_FILE"];
  const installed = Object.entries(engine.home.environment).filter(([name]) => !brought.includes(name));
  const machine = {
    ...Object.fromEntries(installed),
    ...state.environment,
    AWS_ENDPOINT_URL_STS: jobs.service.address,
    AWS_EC2_METADATA_DISABLED: "true",
    PATH: [bin, engine.home.environment.PATH].join(path.delimiter),
    HOME: home,
    // Whoever follows the guide looks at what is about to happen and says yes.
    PULUMI_SKIP_CONFIRMATIONS: "true",
    PULUMI_OPTION_SKIP_PREVIEW: "true",
  };
  // Of `aws sso login`: any login that is no job's is an administrator to the simulated clouds.
  const administrator = { AWS_ACCESS_KEY_ID: "AKIAADMINISTRATOR", AWS_SECRET_ACCESS_KEY: "administrator" };
  let seen = "";
  const kept = path.join(folder, "exported");
  fs.writeFileSync(kept, "");
  /** One terminal: what a block exports, later ones have. */
  const type = async (command: string): Promise<string> => {
    const script = `. '${kept}'\ntrap "export -p > '${kept}'" EXIT\n${command}`;
    const shown = await bash(script, checkout, { ...machine, ...administrator }, context.signal);
    seen += shown;
    return shown;
  };
  const values: Values = { ...common, "<cloud>": cloud, ...options.values };
  const play = async (block: Block): Promise<void> => {
    const text = fillIn(block, values, seen);
    if (block.language === "sh") {
      await type(text).catch((error: unknown) => {
        throw new Error(`${block.place}: ${String(error)}`, { cause: error });
      });
    } else writeSettings(path.join(checkout, fillIn({ ...block, text: block.file ?? "" }, values, seen)), text);
  };
  return {
    engine,
    github,
    state,
    type,
    follow: async (section) => {
      for (const block of readGuide().filter((one) => one.section === section)) await play(block);
    },
    logIn: async (identity, place = identities[identity].places("dev")[0]) => {
      if (place === undefined) throw new Error(`No job may be ${identity}.`);
      const temporary = fs.mkdtempSync(path.join(folder, "job-"));
      const handedOver = path.join(temporary, "environment");
      fs.writeFileSync(handedOver, "");
      const job = {
        ...machine,
        ...jobs.issuer.environment(jobAt(place, repository)),
        RUNNER_TEMP: temporary,
        GITHUB_ENV: handedOver,
        GITHUB_VARIABLES: JSON.stringify(Object.fromEntries(github.variables)),
      };
      const login = `npm run ci -- login --env dev --identity ${identity} --cloud ${cloud}`;
      await bash(login, checkout, job, context.signal);
      const later = { ...job, ...readEnvironment(handedOver) };
      return (command) => bash(command, checkout, later, context.signal);
    },
  };
}

/** What every journey fills in. */
const common: Values = {
  OWNER: repository.owner,
  NAME: repository.name,
  "<ownerId>": printed(/"ownerId":\s*(\d+)/),
  "<id>": printed(/"id":\s*(\d+)/),
  "…": passphrase,
};

/** What the terminal showed last that fits. @throws Error when nothing did */
export function printed(pattern: RegExp): (seen: string) => string {
  return (seen) => {
    const found = [...seen.matchAll(new RegExp(pattern, `g${pattern.flags}`))].at(-1)?.[1];
    if (found === undefined) throw new Error(`The terminal has shown nothing that fits ${String(pattern)}.`);
    return found;
  };
}

/** Puts settings into a stack's file, as somebody with an editor does. */
function writeSettings(file: string, text: string): void {
  const document = parseDocument(fs.readFileSync(file, "utf8"));
  const { config } = parse(text) as { readonly config: Readonly<Record<string, unknown>> };
  for (const [key, value] of Object.entries(config)) document.setIn(["config", key], document.createNode(value));
  fs.writeFileSync(file, document.toString());
}

/** Runs commands as a terminal does, up to the first that fails. @returns all that they printed */
function bash(script: string, cwd: string, env: Record<string, string>, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script];
    const child = spawn("bash", args, { cwd, env, signal, stdio: ["ignore", "pipe", "pipe"] });
    let shown = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (shown += part.toString()));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(shown);
      else reject(new Error(`exit code ${String(code)} of\n${script}\n${shown}`));
    });
  });
}
