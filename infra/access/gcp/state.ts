import type { IdentityName } from "../identities";
import type { GcpGrant } from "./scopes";

const pulumi = "https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/backend/diy";

const stateReads: readonly GcpGrant[] = [
  {
    on: "bucket",
    actions: ["storage.objects.get", "storage.objects.list"],
    because: { source: `${pulumi}/bucket.go: a preview reads, and takes no lock` },
  },
  {
    on: "key",
    actions: ["cloudkms.cryptoKeyVersions.useToDecrypt"],
    because: { source: "https://www.pulumi.com/docs/iac/concepts/secrets/#google-cloud-key-management-service-kms" },
  },
];

const stateWrites = {
  actions: ["storage.objects.create", "storage.objects.delete"],
  because: { source: `${pulumi}/lock.go and state.go: locks are made and deleted, and an object is written over` },
};

/** What each identity may with the state, where this cloud's bucket holds it. */
export const gcpStateGrants: Readonly<Record<IdentityName, readonly GcpGrant[]>> = {
  preview: stateReads,
  deploy: [
    ...stateReads,
    { on: "stacks", ...stateWrites },
    {
      // A stack that is begun gets a data key of its own.
      on: "key",
      actions: ["cloudkms.cryptoKeyVersions.useToEncrypt"],
      because: { source: "https://www.pulumi.com/docs/iac/concepts/secrets/#google-cloud-key-management-service-kms" },
    },
  ],
  push: [...stateReads, { on: "apps", ...stateWrites }],
  rollout: stateReads,
};
