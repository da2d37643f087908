import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { MockTables } from "../../support/mocks";

const project = "trinity-k8s";

/** What Google Cloud returns for each type that the components use. */
export const gcpMocks: MockTables = {
  resources: {
    "gcp:compute/network:Network": ({ name }) => ({ id: `projects/${project}/global/networks/${String(name)}` }),
    "gcp:compute/subnetwork:Subnetwork": ({ region }, name) => ({
      id: `projects/${project}/regions/${String(region)}/subnetworks/${name}`,
    }),
    "gcp:compute/router:Router": (_inputs, name) => ({ name: `${name}-1a2b3c4` }),
    "gcp:compute/routerNat:RouterNat": () => ({}),
    "gcp:serviceaccount/account:Account": ({ accountId }) => ({
      email: `${String(accountId)}@${project}.iam.gserviceaccount.com`,
      member: `serviceAccount:${String(accountId)}@${project}.iam.gserviceaccount.com`,
      name: `projects/${project}/serviceAccounts/${String(accountId)}@${project}.iam.gserviceaccount.com`,
      uniqueId: "123456789012345678901",
    }),
    "gcp:projects/iAMMember:IAMMember": () => ({}),
    "gcp:container/cluster:Cluster": () => ({
      endpoint: "198.18.0.7",
      masterAuth: { clusterCaCertificate: "Y2VydGlmaWNhdGU=" },
    }),
    "gcp:container/nodePool:NodePool": () => ({}),
    "gcp:artifactregistry/repository:Repository": ({ repositoryId, location }) => ({
      name: repositoryId,
      registryUri: `${String(location)}-docker.pkg.dev/${project}/${String(repositoryId)}`,
    }),
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": () => ({}),
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": ({ workloadIdentityPoolId }) => ({
      name: `projects/123456789012/locations/global/workloadIdentityPools/${String(workloadIdentityPoolId)}`,
    }),
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": (inputs) => ({
      name:
        `projects/123456789012/locations/global/workloadIdentityPools/${String(inputs.workloadIdentityPoolId)}` +
        `/providers/${String(inputs.workloadIdentityPoolProviderId)}`,
    }),
    "gcp:serviceaccount/iAMMember:IAMMember": () => ({}),
    "gcp:projects/iAMCustomRole:IAMCustomRole": ({ roleId }) => ({
      name: `projects/${project}/roles/${String(roleId)}`,
    }),
    "gcp:storage/bucket:Bucket": ({ name }) => ({ id: name }),
    "gcp:kms/keyRing:KeyRing": ({ name, location }) => ({
      id: `projects/${project}/locations/${String(location)}/keyRings/${String(name)}`,
    }),
    "gcp:kms/cryptoKey:CryptoKey": ({ name, keyRing }) => ({ id: `${String(keyRing)}/cryptoKeys/${String(name)}` }),
  },
};

/** For assert.throws: a refusal of this input property, in these words. */
export function refusal(property: string, words: RegExp) {
  return (error: unknown) => {
    assert.ok(pulumi.InputPropertyError.isInstance(error), `${String(error)} is no InputPropertyError`);
    assert.equal(error.propertyPath, property);
    assert.match(error.reason, words);
    return true;
  };
}
