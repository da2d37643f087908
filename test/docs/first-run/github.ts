import type { GitHubRepository } from "../../../infra/access/subjects";
import { option, type StandIn } from "./stand-ins";

/** What a repository has after what `gh` was told. */
export interface ToldGitHub {
  /** Branches that may deploy to it, by environment. */
  readonly environments: Map<string, string[]>;
  readonly variables: Map<string, string>;
}

/** Bytes of a variable's value. Source: docs.github.com, "Variables reference", limits */
const longestVariable = 48 * 1024;

/**
 * `gh`, simulated: exactly the calls that docs/first-run.md makes.
 * Shapes: docs.github.com/en/rest, "Get a repository", "Create or update an environment", "Create a deployment branch policy";
 * cli/cli, pkg/cmd/variable/set
 */
export function ghCommand({ owner, ownerId, name, id }: GitHubRepository, told: ToldGitHub): StandIn {
  const repository = `repos/${owner}/${name}`;
  return ({ args, input }) => {
    const call = args.join(" ");
    if (call === `api ${repository} --jq {owner: .owner.login, ownerId: .owner.id, name: .name, id: .id}`) {
      // With its keys in order, as gh's jq prints them.
      return JSON.stringify({ id, name, owner, ownerId });
    }
    const environment = new RegExp(`^api --method PUT ${repository}/environments/(\\S+) (.*)$`).exec(call);
    if (environment !== null) {
      const [, made = "", fields] = environment;
      const wanted = ["protected_branches]=false", "custom_branch_policies]=true"].map(
        (field) => `-F deployment_branch_policy[${field}`,
      );
      if (fields !== wanted.join(" ")) return undefined;
      told.environments.set(made, []);
      return JSON.stringify({ name: made, deployment_branch_policy: { custom_branch_policies: true } });
    }
    const policy = new RegExp(
      `^api --method POST ${repository}/environments/(\\S+)/deployment-branch-policies -f name=(\\S+)$`,
    ).exec(call);
    if (policy !== null) {
      const branches = told.environments.get(policy[1] ?? "");
      if (branches === undefined) throw new Error("Not Found (HTTP 404)");
      branches.push(policy[2] ?? "");
      return JSON.stringify({ id: 1, name: policy[2] });
    }
    if (args[0] === "variable" && args[1] === "set") {
      const [, , variable = "", ...rest] = args;
      if (rest.length > 0 && rest[0] !== "--body") return undefined;
      const value = option(args, "--body") ?? input.replace(/[\r\n]+$/, "");
      if (!/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i.test(variable) || value === "" || value.length > longestVariable) {
        throw new Error(`failed to set variable "${variable}": HTTP 422: Validation Failed`);
      }
      told.variables.set(variable, value);
      return `✓ Created variable ${variable} for ${owner}/${name}`;
    }
    return undefined;
  };
}
