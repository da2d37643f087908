import { z } from "zod";
import { defineResource } from "../kernel/definition";
import { projectOf } from "./context";
import { project } from "./schemas";

export const customRoleType = "gcp:projects/iAMCustomRole:IAMCustomRole";

const day = 24 * 60 * 60;

export const customRole = defineResource({
  type: customRoleType,
  source:
    "terraform-provider-google resourcemanager/resource_google_project_iam_custom_role.go; IAM API projects.roles",
  inputs: z.strictObject({
    roleId: z.string().regex(/^[a-zA-Z0-9_.]{3,64}$/, "must be 3 to 64 letters, digits, underscores and periods"),
    title: z.string().min(1).max(100),
    description: z.string().max(300).optional(),
    // Exact names: a role has no patterns.
    permissions: z.array(z.string().regex(/^[a-z][\w.-]*(\/[a-z]\w*)?\.[a-z]\w*$/i, "must be a permission")).min(1),
    stage: z.enum(["ALPHA", "BETA", "GA", "DEPRECATED", "DISABLED", "EAP"]).optional(),
    project: project.optional(),
  }),
  immutable: ["roleId", "project"],
  computed: ["name", "deleted", "project"],
  // With a hyphen, which no role's id may have: one has to be given. Source: pulumi-gcp provider/resources.go
  autoName: { property: "roleId", separator: "-", digits: 7 },
  identity: (inputs, context) => rolePath(projectOf(inputs, context), inputs.roleId),
  taken: "Custom project role already exists and must be imported",
  // For 7 days a deleted role can be undeleted, which the provider does; for 30 more its id can be neither had back nor used.
  // Source: cloud.google.com/iam/docs/creating-custom-roles, "Deleting a custom role"; the API's words in
  // terraform-google-modules/terraform-google-bastion-host#14
  held: {
    seconds: 37 * day,
    broughtBack: 7 * day,
    error: "googleapi: Error 400: You can't create a role_id which has been marked for deletion., failedPrecondition",
  },
  seconds: { create: 2 },
  permissions: {
    create: "iam.roles.create",
    update: "iam.roles.update",
    delete: "iam.roles.delete",
    read: "iam.roles.get",
  },
  create: (inputs, context) => {
    const owner = projectOf(inputs, context);
    const name = rolePath(owner, inputs.roleId);
    return { id: name, outputs: { name, deleted: false, project: owner } };
  },
});

function rolePath(owner: string, role: string): string {
  return `projects/${owner}/roles/${role}`;
}
