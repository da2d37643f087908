import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Identities, type IdentitiesArgs } from "../../../components/access/azure/identities";
import { checkCredentials, type Credential } from "../../../components/access/azure/validate";
import { azureMocks, guid, refusal } from "../azure/support";
import { find, listOf, runWithMocks, unparented, valueOf } from "../../support/mocks";

const subscription = "/subscriptions/8d65815f-a5b6-402f-9298-045155da7d74";
const issuer = "https://token.actions.githubusercontent.com";
const roles = `${subscription}/providers/Microsoft.Authorization/roleDefinitions`;

const args: IdentitiesArgs<"look" | "change"> = {
  subscription,
  location: "eastus",
  resourceGroupName: "trinity-dev-bootstrap",
  workGroupName: "trinity-dev-azure",
  issuer,
  identities: {
    look: {
      identityName: "trinity-dev-ci-look",
      description: "looks",
      credentials: [
        { name: "by-name-branch-main", subject: "by name" },
        { name: "by-id-branch-main", subject: "by id" },
      ],
      roleId: guid(10),
      actions: ["Microsoft.Network/virtualNetworks/read"],
      pullsFrom: { test: `${subscription}/resourceGroups/trinity-test-azure` },
    },
    change: {
      identityName: "trinity-dev-ci-change",
      description: "changes",
      credentials: [{ name: "by-name-environment-dev", subject: "by environment" }],
      roleId: guid(11),
      actions: ["Microsoft.Network/virtualNetworks/write", "Microsoft.Network/virtualNetworks/read"],
      assignsRoles: true,
    },
  },
  tags: { project: "trinity" },
};

function credentials(count: number): readonly Credential[] {
  return Array.from({ length: count }, (_, index) => ({ name: `place-${index}`, subject: `subject ${index}` }));
}

describe("Identities of jobs in Azure", () => {
  test("are managed identities with a role each, in a group of their own", async () => {
    const { result, resources } = await runWithMocks(azureMocks, () => new Identities("ci", args));
    assert.deepEqual(listOf(resources), [
      "azure-native:authorization:RoleAssignment ci-change-role",
      "azure-native:authorization:RoleAssignment ci-change-role-administration",
      "azure-native:authorization:RoleAssignment ci-look-pull-test",
      "azure-native:authorization:RoleAssignment ci-look-role",
      "azure-native:authorization:RoleDefinition ci-change-role",
      "azure-native:authorization:RoleDefinition ci-look-role",
      "azure-native:managedidentity:FederatedIdentityCredential ci-change-by-name-environment-dev",
      "azure-native:managedidentity:FederatedIdentityCredential ci-look-by-id-branch-main",
      "azure-native:managedidentity:FederatedIdentityCredential ci-look-by-name-branch-main",
      "azure-native:managedidentity:UserAssignedIdentity ci-change-identity",
      "azure-native:managedidentity:UserAssignedIdentity ci-look-identity",
      "azure-native:resources:ResourceGroup ci-group",
      "azure-native:resources:ResourceGroup ci-work-group",
      "trinity:azure:Identities ci",
      "trinity:azure:JobIdentity ci-change",
      "trinity:azure:JobIdentity ci-look",
    ]);
    assert.deepEqual(unparented(resources), ["ci"]);
    assert.equal(find(resources, "ci-look-identity").inputs.resourceGroupName, "trinity-dev-bootstrap");
    assert.deepEqual(await valueOf(result.clientIds), { look: guid(3), change: guid(3) });
    assert.deepEqual(await valueOf(result.principalIds), { look: guid(4), change: guid(4) });
  });

  test("trust one subject of one issuer with each credential, which are made one after the other", async () => {
    const { resources } = await runWithMocks(azureMocks, () => new Identities("ci", args));
    assert.deepEqual(find(resources, "ci-look-by-name-branch-main").inputs, {
      resourceGroupName: "trinity-dev-bootstrap",
      resourceName: "trinity-dev-ci-look",
      federatedIdentityCredentialResourceName: "by-name-branch-main",
      issuer,
      subject: "by name",
      audiences: ["api://AzureADTokenExchange"],
    });
    assert.ok(find(resources, "ci-look-by-id-branch-main").dependencies.includes("ci-look-by-name-branch-main"));
  });

  test("have exactly their actions, at the cloud stack's group", async () => {
    const { resources } = await runWithMocks(azureMocks, () => new Identities("ci", args));
    const role = find(resources, "ci-change-role", "azure-native:authorization:RoleDefinition").inputs;
    assert.deepEqual(role.permissions, [
      {
        actions: ["Microsoft.Network/virtualNetworks/read", "Microsoft.Network/virtualNetworks/write"],
        notActions: [],
        dataActions: [],
        notDataActions: [],
      },
    ]);
    assert.deepEqual([role.scope, role.assignableScopes], [subscription, [subscription]]);
    const assignment = find(resources, "ci-change-role", "azure-native:authorization:RoleAssignment");
    const { scope, ...rest } = assignment.inputs;
    assert.deepEqual(rest, {
      roleDefinitionId: `${roles}/${guid(11)}`,
      principalId: guid(4),
      principalType: "ServicePrincipal",
    });
    assert.ok(String(scope).includes("/resourceGroups/"), String(scope));
    assert.ok(assignment.dependencies.includes("ci-work-group"));
  });

  test("assign roles under a condition that names them, and only where they are to", async () => {
    const { resources } = await runWithMocks(azureMocks, () => new Identities("ci", args));
    const { inputs } = find(resources, "ci-change-role-administration");
    assert.equal(inputs.roleDefinitionId, `${roles}/f58310d9-a9f6-439a-9e8d-f62e7b41a168`);
    assert.equal(inputs.conditionVersion, "2.0");
    const only =
      "[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals " +
      "{7f951dda-4ed3-4680-a7ca-43fe172d538d, 4d97b98b-1d4f-4787-a291-c67834d212e7}";
    assert.ok(String(inputs.condition).includes(`@Request${only}`));
    assert.ok(String(inputs.condition).includes(`@Resource${only}`));
  });

  test("read the registries of other environments by a role at their groups", async () => {
    const { resources } = await runWithMocks(azureMocks, () => new Identities("ci", args));
    const { inputs } = find(resources, "ci-look-pull-test");
    assert.equal(inputs.scope, `${subscription}/resourceGroups/trinity-test-azure`);
    assert.equal(inputs.roleDefinitionId, `${roles}/7f951dda-4ed3-4680-a7ca-43fe172d538d`);
  });

  test("are refused as a whole when one has too many credentials", async () => {
    const identities = { ...args.identities, look: { ...args.identities.look, credentials: credentials(21) } };
    await assert.rejects(
      runWithMocks(azureMocks, () => new Identities("ci", { ...args, identities })),
      refusal(
        "identities.look.credentials",
        /are 21, and an identity of Azure takes 20: place-0, .*place-20\. .*"look"/,
      ),
    );
  });
});

describe("credentials", () => {
  test("may be 20", () => {
    assert.doesNotThrow(() => {
      checkCredentials("look", issuer, credentials(20));
    });
  });

  for (const [what, given, words] of [
    ["a long subject", [{ name: "long", subject: "s".repeat(601) }], /long has 601 characters, and Azure takes 600/],
    ["a name twice", [...credentials(1), { name: "place-0", subject: "x" }], /have the name "place-0" twice/],
    ["a subject twice", [...credentials(1), { name: "x", subject: "subject 0" }], /have the subject "subject 0" twice/],
  ] as const) {
    test(`are refused for ${what}`, () => {
      assert.throws(
        () => {
          checkCredentials("look", issuer, given);
        },
        refusal("identities.look.credentials", words),
      );
    });
  }

  test("are refused for a long issuer", () => {
    assert.throws(
      () => {
        checkCredentials("look", "i".repeat(601), []);
      },
      refusal("identities.look.credentials", /issuer has 601 characters/),
    );
  });
});
