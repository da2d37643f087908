import * as pulumi from "@pulumi/pulumi";

/** A label value, which is what the names of an application, a cloud and an environment also serve as. */
const labelPattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * @throws pulumi.InputPropertyError for a name that Kubernetes would not take as a label's value
 */
export function checkNames(names: Readonly<Record<"applicationName" | "cloud" | "env", string>>): void {
  for (const [property, value] of Object.entries(names)) {
    if (!labelPattern.test(value)) {
      throw new pulumi.InputPropertyError({
        propertyPath: property,
        reason:
          `"${value}" is not 1 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or ` +
          `digit (Kubernetes: RFC 1123 labels, label values). Choose another ${property}.`,
      });
    }
  }
}
