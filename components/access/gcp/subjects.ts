import { InputPropertyError } from "@pulumi/pulumi";

/** Source: IAM API, workloadIdentityPools.providers, attributeMapping: `google.subject` "Cannot exceed 127 characters". */
const longestSubject = 127;

/**
 * Refuses subjects that Google cannot map: it would refuse each of their tokens, in the first job that logs in.
 *
 * @throws pulumi.InputPropertyError naming the subject, its length, and what it is made of
 */
export function checkSubjects(property: string, subjects: readonly string[]): void {
  const tooLong = subjects.find((subject) => subject.length > longestSubject);
  if (tooLong !== undefined) {
    throw new InputPropertyError({
      propertyPath: property,
      reason:
        `the subject "${tooLong}" has ${tooLong.length} characters, and Google Cloud maps at most ${longestSubject} ` +
        "to google.subject: only a shorter name of the repository, of its owner or of the environment helps",
    });
  }
}
