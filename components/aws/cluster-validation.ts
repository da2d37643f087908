import * as pulumi from "@pulumi/pulumi";

/** @throws pulumi.InputPropertyError for what EKS would refuse as principals of access entries */
export function checkAdministrators(administrators: readonly string[]): void {
  const repeated = administrators.find((arn, index) => administrators.indexOf(arn) !== index);
  if (repeated !== undefined) {
    throw new pulumi.InputPropertyError({
      propertyPath: "administrators",
      reason: `"${repeated}" stands there twice; EKS holds one access entry for each principal. Name it once.`,
    });
  }
  const malformed = administrators.find((arn) => !/^arn:aws[\w-]*:iam::\d{12}:(role|user)\/.+$/.test(arn));
  if (malformed !== undefined) {
    throw new pulumi.InputPropertyError({
      propertyPath: "administrators",
      reason: `"${malformed}" is not the ARN of an IAM role or user (arn:aws:iam::<account>:role/<name>).`,
    });
  }
}

/** `arn:aws:iam::123456789012:role/Admin` gives `123456789012-role-Admin`: unique, and as long as the principal is named. */
export function principalKey(arn: string): string {
  return arn.replace(/^arn:aws[\w-]*:iam::/, "").replaceAll(/[^A-Za-z0-9]+/g, "-");
}
