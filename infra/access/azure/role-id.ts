import { createHash } from "node:crypto";

/** The namespace of names that are URLs (RFC 9562, 6.6). */
const namespace = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");

/**
 * The GUID of an identity's own role: the same for the same subscription and name, so that the role is found again, and unique
 * in the tenant (RFC 9562, version 5).
 *
 * @param subscription id of the subscription: `/subscriptions/<guid>`
 */
export function roleId(subscription: string, roleName: string): string {
  const name = `${subscription.toLowerCase()}/roles/${roleName}`;
  const bytes = createHash("sha1").update(namespace).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
