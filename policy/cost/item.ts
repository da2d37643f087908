/** A resource as the engine knows it before or after it is made. */
export interface PricedResource {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Something that costs money, as a number of what a price list has a price for. */
export interface Priced {
  readonly what: string;
  /** Key of a price list, for instance `m7i.large`. */
  readonly price: string;
  /** How many, in the price's unit. */
  readonly quantity: number;
}

/** Something that costs money, how much cannot be said. */
export interface Unpriced {
  readonly unpriced: string;
}

export type Item = Priced | Unpriced;

/** What a resource costs. @param all every resource of the stack, for those that only together say what they are */
export type Pricing = (
  properties: Readonly<Record<string, unknown>>,
  all: readonly PricedResource[],
) => readonly Item[];

/** What a cloud's resources cost. */
export interface CloudPricing {
  readonly byType: Readonly<Record<string, Pricing>>;
  /** Types that cost by what goes through them or lies in them, with what that is. */
  readonly byUse: Readonly<Record<string, string>>;
  /** Beginnings of the types that cost nothing. */
  readonly free: readonly string[];
  /** What the stack's resources do not show, and is paid all the same. */
  readonly besides: readonly string[];
}

/** A number that is zero or more; undefined for anything else, an unknown value of a preview included. */
export function count(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 ? value : undefined;
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
