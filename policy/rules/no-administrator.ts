import type { Check, Fault, ResourceRule } from "../rule";
import { says } from "../rule";
import { at, list, unknown } from "../value";

const awsSource = "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1";
const gcpSource = "https://cloud.google.com/iam/docs/roles-overview#basic";
const azureSource = "https://learn.microsoft.com/azure/role-based-access-control/best-practices";

/** Policies that AWS maintains, and that let their holder do nearly everything or give itself more. */
const awsPolicies =
  /:policy\/(job-function\/)?(AdministratorAccess|PowerUserAccess|IAMFullAccess|SystemAdministrator)$/;

const gcpRoles = ["roles/owner", "roles/editor", "roles/resourcemanager.organizationAdmin", "roles/iam.securityAdmin"];

/** Source: learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged */
const azureRoles = {
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
} as const;

/** May grant every role, its holder's own included, unless a condition says which. */
const rbacAdministrator = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";

const narrower = "Grant the actions that are used, on the resources that they are used on.";

const attached = awsCheck((properties) => policyArn("policyArn", at(properties, "policyArn")));

const inline = awsCheck((properties) => statements("policy", at(properties, "policy")));

const granted: Check = {
  source: gcpSource,
  faults: ({ properties }) => {
    const role = at(properties, "role");
    return gcpRoles.includes(role as string) ? [{ what: says("role", role), advice: narrower }] : [];
  },
};

/** Nobody is an administrator or owner of an account, project or subscription. */
export const noAdministrator: ResourceRule = {
  name: "no-administrator",
  demand: "No identity is an administrator, owner, editor or contributor.",
  checks: {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": attached,
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": attached,
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": attached,
    "aws:iam/policyAttachment:PolicyAttachment": attached,
    "aws:iam/policy:Policy": inline,
    "aws:iam/rolePolicy:RolePolicy": inline,
    "aws:iam/userPolicy:UserPolicy": inline,
    "aws:iam/groupPolicy:GroupPolicy": inline,
    "aws:iam/role:Role": awsCheck((properties) => [
      ...list(at(properties, "managedPolicyArns")).flatMap((arn, index) =>
        policyArn(`managedPolicyArns[${index}]`, arn),
      ),
      ...list(at(properties, "inlinePolicies")).flatMap((policy, index) =>
        statements(`inlinePolicies[${index}].policy`, at(policy, "policy")),
      ),
    ]),
    "gcp:projects/iAMMember:IAMMember": granted,
    "gcp:projects/iAMBinding:IAMBinding": granted,
    "gcp:folder/iAMMember:IAMMember": granted,
    "gcp:folder/iAMBinding:IAMBinding": granted,
    "gcp:organizations/iAMMember:IAMMember": granted,
    "gcp:organizations/iAMBinding:IAMBinding": granted,
    "azure-native:authorization:RoleAssignment": {
      source: azureSource,
      faults: ({ properties }) => assigned(properties),
    },
    "azure-native:authorization:RoleDefinition": {
      source: azureSource,
      faults: ({ properties }) =>
        list(at(properties, "permissions")).flatMap((permission, index) =>
          list(at(permission, "actions"))
            .filter((action) => action === "*")
            .map((action) => ({ what: says(`permissions[${index}].actions`, [action]), advice: narrower })),
        ),
    },
  },
};

function awsCheck(faults: (properties: Readonly<Record<string, unknown>>) => readonly Fault[]): Check {
  return { source: awsSource, faults: ({ properties }) => faults(properties) };
}

function policyArn(path: string, arn: unknown): Fault[] {
  return typeof arn === "string" && awsPolicies.test(arn) ? [{ what: says(path, arn), advice: narrower }] : [];
}

/** Statements of a policy document that allow every action, or every one of IAM, on everything. */
function statements(path: string, policy: unknown): Fault[] {
  if (policy === undefined || policy === unknown) {
    return [];
  }
  const document = parse(policy);
  if (document === undefined) {
    return [{ what: `${path} is no JSON`, advice: "Write the policy document as JSON." }];
  }
  const all = at(document, "Statement");
  return (Array.isArray(all) ? all : [all]).flatMap((statement, index) => {
    const actions = [at(statement, "Action")].flat();
    const resources = [at(statement, "Resource")].flat();
    const excluding = at(statement, "NotAction") !== undefined;
    const everything = excluding || actions.some((action) => ["*", "*:*", "iam:*"].includes(action as string));
    const guilty = at(statement, "Effect") === "Allow" && everything && resources.includes("*");
    return guilty
      ? [
          {
            what: `${path} allows ${excluding ? "all but some actions" : JSON.stringify(actions)} on "*" in statement ${index + 1}`,
            advice: narrower,
          },
        ]
      : [];
  });
}

function parse(policy: unknown): unknown {
  if (typeof policy !== "string") {
    return policy;
  }
  try {
    return JSON.parse(policy);
  } catch {
    return undefined;
  }
}

function assigned(properties: Readonly<Record<string, unknown>>): Fault[] {
  const id = at(properties, "roleDefinitionId");
  const guid = typeof id === "string" ? (id.split("/").at(-1) ?? "") : "";
  const name = (azureRoles as Readonly<Record<string, string>>)[guid];
  if (name !== undefined) {
    return [{ what: `roleDefinitionId is ${guid}, ${name}`, advice: narrower }];
  }
  return guid === rbacAdministrator && at(properties, "condition") === undefined
    ? [
        {
          what: `roleDefinitionId is ${guid}, Role Based Access Control Administrator, without a condition`,
          advice: "Say in `condition` which roles may be assigned.",
        },
      ]
    : [];
}
