import type { CloudName } from "../../infra/clouds";
import { awsPricing } from "./aws";
import { azurePricing } from "./azure";
import { gcpPricing } from "./gcp";
import type { CloudPricing, Item, PricedResource } from "./item";
import { type PriceList, priceLists, type Unit } from "./prices";

/** US dollars a month of 730 hours. */
export interface CostLine {
  readonly what: string;
  readonly monthly: number;
}

/** What a stack costs, as far as its resources say: never a bill. */
export interface Estimate {
  /** Sum of the lines: US dollars a month of 730 hours, rounded to cents. */
  readonly monthly: number;
  /** Dearest first. */
  readonly lines: readonly CostLine[];
  /** What costs too, and is not in the sum. */
  readonly unpriced: readonly string[];
  /** How old the prices are and where they are of, for instance `list prices of us-east-1, 2025-01 to 2026-09; to be checked: KMS key`. */
  readonly pricesOf: string;
}

/** A twelfth of a year. */
export const hoursOfMonth = 730;

const monthly: Readonly<Record<Unit, number>> = {
  hour: hoursOfMonth,
  day: hoursOfMonth / 24,
  month: 1,
  "GiB-month": 1,
};

const clouds: Readonly<Record<CloudName, CloudPricing>> = { aws: awsPricing, gcp: gcpPricing, azure: azurePricing };

/** What is no resource of a cloud: components, providers, and objects in a cluster, which run on its nodes. */
const outsideCloud = /^(pulumi|trinity|eks|kubernetes|docker-build):/;

/**
 * Estimates what a stack's resources cost at list prices, with as few nodes as may run. What has no price is named in
 * `unpriced`, and never guessed.
 *
 * @param region for instance `us-east-1`, `us-central1`, `eastus`
 * @param resources with their inputs or their outputs; values that a preview does not know are unpriced
 */
export function estimateCost(cloud: CloudName, region: string, resources: readonly PricedResource[]): Estimate {
  const lists = priceLists[cloud][region] ?? [];
  const lines: CostLine[] = [];
  const unpriced: string[] = [];
  for (const item of resources.flatMap((resource) => itemsOf(clouds[cloud], resource, resources))) {
    if ("unpriced" in item) {
      unpriced.push(item.unpriced);
      continue;
    }
    const each = priceOf(lists, item.price);
    if (each === undefined) {
      unpriced.push(`${item.what}: policy/cost/prices.ts has no price of "${item.price}" in ${region}`);
    } else {
      lines.push({ what: item.what, monthly: cents(each * item.quantity) });
    }
  }
  const merged = merge(lines);
  return {
    monthly: cents(merged.reduce((sum, line) => sum + line.monthly, 0)),
    lines: merged,
    // Resources come in another order each time: sorted, the same stack always says the same.
    unpriced: [...new Set([...unpriced.sort(), ...clouds[cloud].besides])],
    pricesOf: describe(region, lists),
  };
}

function itemsOf(pricing: CloudPricing, resource: PricedResource, all: readonly PricedResource[]): readonly Item[] {
  const { type, properties } = resource;
  const byType = pricing.byType[type];
  if (byType !== undefined) {
    return byType(properties, all);
  }
  const use = pricing.byUse[type];
  if (use !== undefined) {
    return [{ unpriced: use }];
  }
  const costsNothing = outsideCloud.test(type) || pricing.free.some((beginning) => type.startsWith(beginning));
  return costsNothing ? [] : [{ unpriced: `${type}: policy/cost does not know whether it costs anything` }];
}

/** US dollars a month for one of it. */
function priceOf(lists: readonly PriceList[], name: string): number | undefined {
  const list = lists.find(({ prices }) => name in prices);
  const price = list?.prices[name];
  return list === undefined || price === undefined ? undefined : price * monthly[list.unit];
}

/** Lines of one name as one, with how often. */
function merge(lines: readonly CostLine[]): CostLine[] {
  const names = [...new Set(lines.map(({ what }) => what))];
  return names
    .map((what) => {
      const same = lines.filter((line) => line.what === what);
      const sum = cents(same.reduce((total, line) => total + line.monthly, 0));
      return { what: same.length > 1 ? `${same.length} × ${what}` : what, monthly: sum };
    })
    .filter((line) => line.monthly > 0)
    .sort((one, other) => other.monthly - one.monthly || one.what.localeCompare(other.what));
}

function describe(region: string, lists: readonly PriceList[]): string {
  const months = lists.map(({ asOf }) => asOf).sort();
  const toCheck = lists.filter((list) => list.toCheck === true).flatMap(({ prices }) => Object.keys(prices));
  return months.length === 0
    ? `no prices: policy/cost/prices.ts has none of ${region}`
    : `list prices of ${region}, ${months[0] ?? ""} to ${months.at(-1) ?? ""}; to be checked: ${toCheck.join(", ") || "none"}`;
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
