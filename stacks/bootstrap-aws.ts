import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import * as pulumi from "@pulumi/pulumi";
import { Identities } from "../components/access/aws/identities";
import { StateBucket } from "../components/access/aws/state-bucket";
import { awsPolicies } from "../infra/access/aws";
import { audience, checkQuotas, policyDocument, trustPolicy } from "../infra/access/aws/documents";
import type { AwsGrant } from "../infra/access/aws/grants";
import { type Account, longest, scopeOf, type ScopeSettings } from "../infra/access/aws/scope";
import { stateGrants } from "../infra/access/aws/state";
import { identities, type IdentityName, identityNames, perIdentity } from "../infra/access/identities";
import { githubIssuer, trustedSubjects } from "../infra/access/subjects";
import { contractVersion } from "../infra/contract";
import { awsBootstrapNames } from "../infra/names";
import type { StackProgram } from "../infra/program";
import { bootstrapAwsSettings } from "../infra/settings/bootstrap-aws";
import { readSettings } from "../infra/settings/read";

/** Longest session, in seconds: the least that IAM takes, and what `ci login` asks for. */
const sessionSeconds = 3600;

/** `<env>-bootstrap-aws`: what CI logs in to AWS with. Deployed by an administrator of the account, never by CI. */
export const program: StackProgram = (identity) => {
  const settings = readSettings(bootstrapAwsSettings, identity);
  const { env, stack } = identity;
  const project = settings["trinity:project"];
  const region = settings["aws:region"];
  const names = awsBootstrapNames({ project, env });
  const place: ScopeSettings = {
    project,
    pulumiProject: pulumi.getProject(),
    env,
    region,
    promotesFrom: settings["trinity:promotesFrom"],
  };
  const withBucket = settings["trinity:stateBucket"];
  // No tag `env`: by that and `project` the deploy identity's policies tell what is its own (infra/access/aws/grants.ts).
  const tags = { project, stack, "managed-by": "pulumi" };
  const trust = (name: IdentityName) => (provider: string) =>
    trustPolicy(provider, trustedSubjects(settings["trinity:github"], name, env));
  const grants = perIdentity<Readonly<Record<string, readonly AwsGrant[]>>>((name) => ({
    ...awsPolicies[name],
    ...(withBucket ? { state: stateGrants[name] } : {}),
  }));

  // Before anything is declared: IAM would say so in the middle of an update.
  const sample = scopeOf(place, longest, withBucket ? longest.state(names.stateBucket) : undefined);
  for (const name of identityNames) {
    const documents = mapValues(grants[name], (list) => policyDocument(list, sample));
    checkQuotas(names.role(name), trust(name)(providerArn(longest)), documents);
  }

  const { accountId } = getCallerIdentityOutput();
  const account: pulumi.Output<Account> = pulumi
    .all([getPartitionOutput().partition, accountId])
    .apply(([partition, id]) => ({ partition, account: id }));
  const bucket = withBucket
    ? new StateBucket(`${names.base}-state`, {
        bucketName: accountId.apply(names.stateBucket),
        keyAlias: names.stateKeyAlias,
        region,
        tags,
      })
    : undefined;
  const scope = pulumi
    .all([account, bucket && { stateBucket: bucket.bucketName, stateKey: bucket.keyArn }])
    .apply(([where, state]) => scopeOf(place, where, state));

  const ci = new Identities<IdentityName>(names.base, {
    issuer: githubIssuer,
    audience,
    existingProvider: settings["trinity:githubProvider"] === "existing" ? account.apply(providerArn) : undefined,
    roles: perIdentity((name) => ({
      roleName: names.role(name),
      description: `CI of ${env}, ${name}: ${identities[name].does}`,
      sessionSeconds,
      trust: trust(name),
      policies: mapValues(grants[name], (list, purpose) => ({
        policyName: names.policy(name, purpose),
        document: scope.apply((known) => policyDocument(list, known)),
      })),
    })),
    tags,
  });

  return {
    version: contractVersion,
    cloud: "aws",
    env,
    account: accountId,
    region,
    identities: ci.arns,
    ...(bucket === undefined ? {} : { state: { backend: bucket.backend, secretsProvider: bucket.secretsProvider } }),
  };
};

/** ARN of the account's OIDC provider for GitHub: its name is the issuer's address. */
function providerArn({ partition, account }: Account): string {
  return `arn:${partition}:iam::${account}:oidc-provider/${githubIssuer.replace("https://", "")}`;
}

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  result: (value: Value, key: string) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, result(value, key)]));
}
