import type { ActionRequest } from "../kernel/actor";

/**
 * Handing a role to a service, which whoever makes the service's resource has to be allowed.
 * Source: IAM user guide, "Grant a user permissions to pass a role to an AWS service"
 */
export function passRole(roleArn: string, service: string): ActionRequest {
  return { action: "iam:PassRole", resource: roleArn, conditions: { "iam:PassedToService": service } };
}
