import { Command, Option } from "commander";
import { describeExitCodes } from "../../delivery/failure";
import { interruptible } from "../../delivery/interrupt";
import { type IdentityName, identityNames } from "../../infra/access/identities";
import { type CloudName, cloudNames } from "../../infra/clouds";
import { environmentPattern } from "../../infra/environment";
import { InputError } from "../../infra/input-error";
import { logIn } from "../login";

interface Flags {
  readonly env: string;
  readonly identity: IdentityName;
  readonly cloud: readonly CloudName[];
}

/** `npm run ci -- login` */
export const loginCommand = new Command("login")
  .description(
    "lets the job's later steps act as an identity of an environment. Reads GITHUB_VARIABLES (toJSON(vars)): " +
      "TRINITY_<ENV>_<CLOUD>, the outputs of the bootstrap stacks, and TRINITY_<ENV>_BACKEND, which later steps get as " +
      "PULUMI_BACKEND_URL and whose cloud it logs in to as well",
  )
  .requiredOption("--env <env>", "environment of the platform")
  .addOption(new Option("--identity <identity>", "what to act as").choices(identityNames).makeOptionMandatory())
  .addOption(new Option("--cloud <clouds...>", "where").choices(cloudNames).makeOptionMandatory())
  .addHelpText("after", describeExitCodes())
  .action(({ env, identity, cloud }: Flags) => {
    if (!environmentPattern.test(env)) {
      throw new InputError(`--env "${env}" is no environment: lower-case letters and digits, such as dev.`);
    }
    const report = (line: string) => void process.stderr.write(`${line}\n`);
    return interruptible((signal) =>
      logIn({ env, identity, clouds: cloud }, { environment: process.env, report, signal }),
    );
  });
