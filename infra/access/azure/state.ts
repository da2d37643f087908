import { cloudNames } from "../../clouds";
import type { Grant } from "../grant";
import type { IdentityName } from "../identities";

const backend = {
  source:
    "pulumi pkg/backend/diy (store.go, lock.go, meta.go), gocloud.dev blob/azureblob; Azure Storage, Blob data actions",
};

const reads: Grant = {
  actions: ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"],
  because: backend,
};

const writes: Grant = {
  actions: [
    "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write",
    "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action",
    "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete",
  ],
  because: backend,
};

const decrypts: Grant = {
  actions: ["Microsoft.KeyVault/vaults/keys/decrypt/action"],
  because: { source: "gocloud.dev secrets/azurekeyvault: a stack's own key is decrypted by every operation" },
};

const encrypts: Grant = {
  actions: ["Microsoft.KeyVault/vaults/keys/encrypt/action"],
  because: { source: "gocloud.dev secrets/azurekeyvault: a stack's own key is encrypted by `pulumi stack init`" },
};

/** What an identity may do with a bucket for state, and with the key of the secrets in it: data actions. */
export interface StateGrants {
  readonly blobs: readonly Grant[];
  readonly key: readonly Grant[];
  /** Programs whose stacks it may write nothing of. */
  readonly writesNoneOf: readonly string[];
}

/** The bootstrap stacks are an administrator's alone. */
const bootstraps = cloudNames.map((cloud) => `bootstrap-${cloud}`);

/** A preview takes no lock, and so writes nothing. */
export const stateGrants: Readonly<Record<IdentityName, StateGrants>> = {
  preview: { blobs: [reads], key: [decrypts], writesNoneOf: [] },
  deploy: { blobs: [reads, writes], key: [decrypts, encrypts], writesNoneOf: bootstraps },
  push: { blobs: [reads, writes], key: [decrypts], writesNoneOf: [...bootstraps, ...cloudNames] },
  rollout: { blobs: [reads], key: [decrypts], writesNoneOf: [] },
};
