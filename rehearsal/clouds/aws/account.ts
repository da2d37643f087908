import type { Properties } from "../kernel/values";

/** The account that the simulated cloud is. */
export const accountId = "123456789012";

/** Whoever calls: the role that its session comes from. */
export const callerRole = `arn:aws:iam::${accountId}:role/deployer`;

/** Region of a configured provider. */
export function regionOf(config: Properties): string {
  return String(config.region);
}

/** `arn:aws:<service>:<region>:<account>:<resource>`; services of the whole account have no region. */
export function arn(service: string, region: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
