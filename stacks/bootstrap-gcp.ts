import * as pulumi from "@pulumi/pulumi";
import { Identities, type Identity } from "../components/access/gcp/identities";
import { StateBucket } from "../components/access/gcp/state-bucket";
import { gcpGrants } from "../infra/access/gcp";
import { gcpRoles } from "../infra/access/gcp/roles";
import { gcpStateGrants } from "../infra/access/gcp/state";
import { identities, type IdentityName, perIdentity } from "../infra/access/identities";
import { githubIssuer, trustedSubjects } from "../infra/access/subjects";
import { contractVersion } from "../infra/contract";
import { gcpBootstrapNames, gcpNames } from "../infra/names";
import type { StackProgram } from "../infra/program";
import { bootstrapGcpSettings } from "../infra/settings/bootstrap-gcp";
import { readSettings } from "../infra/settings/read";

/** `<env>-bootstrap-gcp`: what CI logs in to Google Cloud with. Deployed by an administrator of the project, never by CI. */
export const program: StackProgram = (identity) => {
  const settings = readSettings(bootstrapGcpSettings, identity);
  const { env } = identity;
  const project = settings["trinity:project"];
  const gcpProject = settings["gcp:project"];
  const github = settings["trinity:github"];
  const withBucket = settings["trinity:stateBucket"];
  const names = gcpBootstrapNames({ project, env }, gcpProject);
  const conditions = {
    env,
    promotesFrom: settings["trinity:promotesFrom"],
    cluster: gcpNames({ project, env }).cluster,
    repositories: (other: string) => gcpNames({ project, env: other }).repositories,
    bucket: names.stateBucket,
    keyRing: names.keyRing,
    pulumiProject: pulumi.getProject(),
  };
  const grantsOf = (name: IdentityName) => [...gcpGrants[name], ...(withBucket ? gcpStateGrants[name] : [])];

  const ci = new Identities(names.base, {
    project: gcpProject,
    poolId: names.pool,
    providerId: names.provider,
    issuer: githubIssuer,
    repository: github,
    identities: perIdentity((name): Identity => ({
      accountId: names.serviceAccount(name),
      description: `CI of ${env}: ${identities[name].does}`,
      subjects: trustedSubjects(github, name, env),
      roles: gcpRoles(grantsOf(name), `${project} ${env} ${name}`, (scope) => names.role(name, scope), conditions),
    })),
  });

  const bucket = withBucket
    ? new StateBucket(`${names.base}-state`, {
        bucketName: names.stateBucket,
        keyRingName: names.keyRing,
        keyName: names.key,
        region: settings["gcp:region"],
        labels: { project, stack: identity.stack, "managed-by": "pulumi" },
      })
    : undefined;

  return {
    version: contractVersion,
    cloud: "gcp",
    env,
    project: gcpProject,
    provider: ci.provider,
    identities: perIdentity((name) => ci.accounts[name].email),
    ...(bucket === undefined ? {} : { state: { backend: bucket.backend, secretsProvider: bucket.secretsProvider } }),
  };
};
