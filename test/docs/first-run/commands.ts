import type { World } from "../../../rehearsal/clouds/kernel/world";
import { openIdConnectProvider } from "../../../rehearsal/clouds/aws/iam-oidc";
import { resourceGroupType } from "../../../rehearsal/clouds/azure-native/resource-group";
import { identityType } from "../../../rehearsal/clouds/azure-native/identity";
import { subscriptionId } from "./values";
import {
  workloadIdentityPoolType,
  workloadIdentityProviderType,
} from "../../../rehearsal/clouds/gcp/workload-identity";
import { option, type StandIn } from "./stand-ins";

/*
 * The clouds' own commands, simulated: exactly the calls that docs/first-run.md makes, on what the simulated clouds hold.
 * Shapes: AWS CLI command reference; gcloud CLI reference; Azure CLI reference.
 */

export function awsCommand(world: World): StandIn {
  return ({ args }) => {
    if (args.join(" ") !== "iam list-open-id-connect-providers") return undefined;
    const list = world.list(openIdConnectProvider.type).map(({ id }) => ({ Arn: id }));
    return JSON.stringify({ OpenIDConnectProviderList: list }, undefined, 4);
  };
}

/** @param enabled gets the APIs that are switched on */
export function gcloudCommand(world: World, enabled: Set<string>): StandIn {
  return ({ args }) => {
    const [first, second, third, name] = args;
    const project = option(args, "--project") ?? "";
    const pools = `projects/${project}/locations/${option(args, "--location") ?? ""}/workloadIdentityPools`;
    switch ([first, second, third].join(" ")) {
      case `services enable --project`: {
        for (const api of args.slice(4)) enabled.add(api);
        return 'Operation "operations/acat.p2-123456789012-0a1b2c3d" finished successfully.';
      }
      case "iam workload-identity-pools undelete":
        undelete(world, workloadIdentityPoolType, `${pools}/${name ?? ""}`);
        return `Undeleted workload identity pool [${name ?? ""}].`;
      case "iam workload-identity-pools providers": {
        if (name !== "undelete") return undefined;
        const pool = option(args, "--workload-identity-pool") ?? "";
        undelete(world, workloadIdentityProviderType, `${pools}/${pool}/providers/${args[4] ?? ""}`);
        return `Undeleted workload identity pool provider [${args[4] ?? ""}].`;
      }
      case "artifacts repositories add-iam-policy-binding": {
        const [member = "", role = ""] = [option(args, "--member"), option(args, "--role")];
        const account = member.replace("serviceAccount:", "");
        if (!world.list("gcp:serviceaccount/account:Account").some(({ outputs }) => outputs.email === account)) {
          throw new Error(`INVALID_ARGUMENT: Service account ${account} does not exist.`);
        }
        return `bindings:\n- members:\n  - ${member}\n  role: ${role}`;
      }
      default:
        return undefined;
    }
  };
}

function undelete(world: World, type: string, id: string): void {
  world.undelete(type, id);
  if (world.find(type, id) === undefined) throw new Error(`NOT_FOUND: Requested entity was not found: ${id}`);
}

/** What `az` was told that the simulated Azure does not hold. */
export interface ToldAzure {
  readonly namespaces: Set<string>;
  /** `<role> <scope>` that the administrator has. */
  readonly roles: string[];
  /** Object ids, by group. */
  readonly members: Map<string, string[]>;
}

/** Object id of whoever is signed in. */
const administrator = "5f3c1a52-7d64-4a52-8f0e-0c4f5d0d9b11";

/** Roles with data actions on blobs and keys. Source: learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const dataRoles = ["Storage Blob Data Contributor", "Key Vault Crypto Officer"];

export function azCommand(world: World, told: ToldAzure): StandIn {
  return ({ args }) => {
    const call = args.filter((word, index) => !word.startsWith("--") && !args[index - 1]?.startsWith("--")).join(" ");
    const options = args.filter((word) => word.startsWith("--")).join(" ");
    switch (`${call} ${options}`) {
      case "account show --query --output":
        return subscriptionId;
      case "provider register --wait --namespace":
        told.namespaces.add(option(args, "--namespace") ?? "");
        return "";
      case "group show --name --query --output": {
        const name = option(args, "--name") ?? "";
        const found = world.list(resourceGroupType).find(({ outputs }) => outputs.name === name);
        if (found === undefined)
          throw new Error(`(ResourceGroupNotFound) Resource group '${name}' could not be found.`);
        return found.id;
      }
      case "ad signed-in-user show --query --output":
        return administrator;
      case "role assignment create --assignee-object-id --assignee-principal-type --role --scope": {
        const [role = "", scope = ""] = [option(args, "--role"), option(args, "--scope")];
        if (!dataRoles.includes(role)) throw new Error(`Role '${role}' doesn't exist.`);
        if (option(args, "--assignee-object-id") !== administrator) throw new Error("(PrincipalNotFound)");
        if (!world.list().some(({ id }) => id === scope)) throw new Error(`(ResourceNotFound) ${scope}`);
        told.roles.push(`${role} ${scope}`);
        return JSON.stringify({ principalType: "User", scope });
      }
      case "ad group member add --group --member-id": {
        const [group = "", member = ""] = [option(args, "--group"), option(args, "--member-id")];
        if (!world.list(identityType).some(({ outputs }) => outputs.principalId === member)) {
          throw new Error(
            `Resource '${member}' does not exist or one of its queried reference-property objects are not present.`,
          );
        }
        told.members.set(group, [...(told.members.get(group) ?? []), member]);
        return "";
      }
      default:
        return undefined;
    }
  };
}
