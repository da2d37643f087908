import { createHash } from "node:crypto";
import { z } from "zod";
import { type CallContext, defineResource } from "../kernel/definition";
import { CloudError } from "../kernel/errors";
import { googleErrors, projectOf } from "./context";
import { project } from "./schemas";

export const serviceAccountType = "gcp:serviceaccount/account:Account";

/** Types of grants that name a member. */
export const memberTypes = [
  "gcp:projects/iAMMember:IAMMember",
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
  "gcp:serviceaccount/iAMMember:IAMMember",
] as const;

export const serviceAccount = defineResource({
  type: serviceAccountType,
  source: "terraform-provider-google resourcemanager/resource_google_service_account.go; IAM API serviceAccounts",
  inputs: z.strictObject({
    accountId: z
      .string()
      .min(6)
      .max(30)
      .regex(/^[a-z]([-a-z0-9]*[a-z0-9])$/, "must match RFC 1035"),
    displayName: z.string().max(100).optional(),
    description: z.string().max(256).optional(),
    disabled: z.boolean().optional(),
    project: project.optional(),
  }),
  immutable: ["accountId", "project"],
  computed: ["email", "member", "name", "uniqueId", "project"],
  autoName: { property: "accountId", separator: "-", digits: 7 },
  // A name is free again at once: the deleted account, kept for 30 days, goes by its unique id.
  identity: (inputs, context) => emailOf(inputs, context),
  taken: googleErrors.alreadyExists,
  // The provider polls until the account has been seen three times in a row and then sleeps 10 s, so that a new
  // account is visible by the time that its creation ends.
  seconds: { create: 13, visible: 0 },
  permissions: {
    create: "iam.serviceAccounts.create",
    update: "iam.serviceAccounts.update",
    delete: "iam.serviceAccounts.delete",
    read: "iam.serviceAccounts.get",
  },
  verify: (inputs) => {
    if (Buffer.byteLength(inputs.description ?? "") > 256) {
      // The provider counts characters, the API bytes.
      throw new CloudError(googleErrors.badRequest, "The description must be at most 256 UTF-8 bytes");
    }
  },
  // Grants keep naming the deleted account as `deleted:serviceAccount:…?uid=…`, which the provider reads as gone; a new
  // account of the same name does not get them back. Source: cloud.google.com/iam/docs/service-accounts-delete-undelete
  whenDeleted: (record, { world }) => {
    for (const grant of memberTypes.flatMap((type) => world.list(type))) {
      if (grant.inputs.member === record.outputs.member) {
        world.delete(grant.type, grant.id);
      }
    }
  },
  create: (inputs, context) => {
    const email = emailOf(inputs, context);
    const name = `projects/${projectOf(inputs, context)}/serviceAccounts/${email}`;
    return {
      id: name,
      outputs: {
        email,
        member: `serviceAccount:${email}`,
        name,
        uniqueId: context.previous?.outputs.uniqueId ?? uniqueId(`${email}/${context.world.now()}`),
        project: projectOf(inputs, context),
      },
    };
  },
});

function emailOf(
  inputs: { readonly accountId: string; readonly project?: string },
  context: Pick<CallContext, "config">,
): string {
  return `${inputs.accountId}@${projectOf(inputs, context)}.iam.gserviceaccount.com`;
}

/** 21 digits. */
function uniqueId(seed: string): string {
  return `1${BigInt(`0x${createHash("sha256").update(seed).digest("hex").slice(0, 16)}`)
    .toString()
    .padStart(20, "0")
    .slice(-20)}`;
}
