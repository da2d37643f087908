import { z } from "zod";
import type { CallContext } from "../kernel/definition";
import { makeId } from "../kernel/lifecycle";
import type { Properties } from "../kernel/values";

/**
 * Tags: at most 50, keys of 1 to 128 characters that do not begin with `aws:`, values up to 256.
 * Source: AWS General Reference, "Tag naming limits and requirements".
 */
export const tags = z
  .record(
    z
      .string()
      .min(1)
      .max(128)
      .refine((key) => !key.toLowerCase().startsWith("aws:"), "tag keys beginning with aws: are AWS's own"),
    z.string().max(256),
  )
  .refine((value) => Object.keys(value).length <= 50, "at most 50 tags")
  .optional();

/** Output `tagsAll`: the resource's tags over the provider's default ones. */
export function tagsAll(inputs: { readonly tags?: unknown }, config: Properties): { readonly tagsAll: Properties } {
  const defaults = (config.defaultTags as { readonly tags?: Properties } | undefined)?.tags ?? {};
  const own = (inputs.tags ?? {}) as Properties;
  return { tagsAll: { ...defaults, ...own } };
}

/** The id of a new resource, `vpc-0a1b…`; on an update the one that it has. */
export function idFor(prefix: string, context: CallContext & { readonly previous?: { readonly id: string } }): string {
  return context.previous?.id ?? makeId(prefix, `${context.name}/${context.world.now()}`);
}

/** A network in CIDR notation as first and last address; undefined when it is none. */
export function addressRange(cidr: string): { readonly first: number; readonly last: number } | undefined {
  const [address = "", prefix = ""] = cidr.split("/");
  const bytes = address.split(".").map(Number);
  const length = Number(prefix);
  if (bytes.length !== 4 || bytes.some((byte) => !(byte >= 0 && byte <= 255)) || !(length >= 0 && length <= 32)) {
    return undefined;
  }
  const first = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return { first, last: first + 2 ** (32 - length) - 1 };
}

/** An IPv4 network of allowed size that begins at a multiple of it, with EC2's words. */
export function network(smallest: number, largest: number) {
  return z
    .cidrv4()
    .refine((cidr) => {
      const length = Number(cidr.split("/")[1]);
      return length >= largest && length <= smallest;
    }, `the block size must be between a /${largest} and a /${smallest} netmask`)
    .refine((cidr) => {
      const range = addressRange(cidr);
      return range !== undefined && range.first % (range.last - range.first + 1) === 0;
    }, "is not a valid CIDR block: host bits are set");
}
