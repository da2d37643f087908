import { z } from "zod";
import type { IdentityName } from "./access/identities";
import { cloudNames } from "./clouds";

/**
 * The output contract: what a stack hands to CI, to other stacks and to releases. JSON, versioned, without a
 * secret but the kubeconfig, which Pulumi keeps encrypted. A field may be added within a version; one that is
 * renamed, removed or changes its meaning raises {@link contractVersion}.
 */
export const contractVersion = 1;

/** `sha256:` and 64 hexadecimal digits (OCI image specification, descriptor digests). */
export const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** Outputs of `<env>-aws`, `<env>-gcp` and `<env>-azure`. */
export const cloudOutputs = z.object({
  version: z.literal(contractVersion),
  cloud: z.enum(cloudNames),
  env: z.string(),
  /** Region or location of the cluster, for instance `us-east-1`. */
  region: z.string(),
  cluster: z.object({
    name: z.string(),
    /** Address of the Kubernetes API server: `https://…`. */
    endpoint: z.url(),
    /** Kubernetes minor version that was asked for. */
    kubernetesVersion: z.string(),
  }),
  registry: z.object({
    /** Host that a client logs in to. */
    host: z.string(),
    /** App name to image repository, host included, without tag or digest. */
    repositories: z.record(z.string(), z.string()),
  }),
  gitops: z.object({
    namespace: z.string(),
    /** Name of the root Application. */
    application: z.string(),
    repository: z.string(),
    revision: z.string(),
    path: z.string(),
  }),
  /** Secret. Works on a laptop and in CI alike: it asks the cloud's own command for a short-lived token. */
  kubeconfig: z.string(),
});

/** What other stacks, and whoever prints outputs, may know of a cloud's stack: everything but the secret. */
export const readableOutputs = cloudOutputs.omit({ kubeconfig: true });

export type CloudReference = z.infer<typeof readableOutputs>;

/** Outputs of an app stack, `<env>-<app>`: one digest, in every cloud's registry. */
export const appOutputs = z.object({
  version: z.literal(contractVersion),
  app: z.string(),
  tag: z.string(),
  digest: z.string().regex(digestPattern),
  /** Cloud to `<repository>@<digest>`, for the clouds that the app runs on. */
  images: z.partialRecord(z.enum(cloudNames), z.string()),
});

export type AppOutputs = z.infer<typeof appOutputs>;

/** What every bootstrap stack hands out. */
const bootstrapCommon = {
  version: z.literal(contractVersion),
  env: z.string(),
  /** The bucket for state, as `pulumi login` takes it, and the key of its secrets, as `pulumi stack init` does; only if asked for. */
  state: z.object({ backend: z.string(), secretsProvider: z.string() }).optional(),
};

/** One value for each identity. */
function perIdentity<Schema extends z.ZodType>(schema: Schema) {
  return z.object({ preview: schema, deploy: schema, push: schema, rollout: schema } satisfies Record<
    IdentityName,
    Schema
  >);
}

/**
 * Outputs of `<env>-bootstrap-<cloud>`: what a job has to know to log in. Nothing in it is secret: it is the job's token that
 * counts.
 */
export const bootstrapOutputs = z.discriminatedUnion("cloud", [
  z.object({
    ...bootstrapCommon,
    cloud: z.literal("aws"),
    account: z.string(),
    region: z.string(),
    /** ARNs of the roles. */
    identities: perIdentity(z.string()),
  }),
  z.object({
    ...bootstrapCommon,
    cloud: z.literal("gcp"),
    project: z.string(),
    /** Audience of the tokens: `projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>`. */
    provider: z.string(),
    /** Addresses of the service accounts. */
    identities: perIdentity(z.string()),
  }),
  z.object({
    ...bootstrapCommon,
    cloud: z.literal("azure"),
    tenant: z.string(),
    subscription: z.string(),
    /** Client ids of the managed identities. */
    identities: perIdentity(z.string()),
    /** Object ids of the same, which role assignments and Kubernetes know them by. */
    principals: perIdentity(z.string()),
  }),
]);

export type BootstrapOutputs = z.infer<typeof bootstrapOutputs>;
