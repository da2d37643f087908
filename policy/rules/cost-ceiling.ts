import { estimateCost } from "../cost/estimate";
import type { Fault, Resource, Stack, StackRule } from "../rule";

/** The dearest lines are told; the rest is in the preview's comment. */
const linesTold = 3;

/** A stack costs no more than somebody has agreed to. An estimate from list prices, not a bill. */
export const costCeiling: StackRule = {
  name: "cost-ceiling",
  demand: "A cloud's stack costs at most what policy/settings.yaml says.",
  source: "policy/cost/prices.ts",
  stackFaults: (resources, stack) => judge(resources, stack),
};

function judge(resources: readonly Resource[], { name, cloud, ceiling }: Stack): Fault[] {
  if (cloud === undefined) {
    return [];
  }
  if (ceiling === undefined) {
    return [
      {
        what: `it has no ceiling`,
        advice: `Write one for ${name} under ceilings in policy/settings.yaml, in US dollars a month.`,
      },
    ];
  }
  const estimate = estimateCost(cloud.name, cloud.region, resources);
  if (estimate.lines.length === 0 && estimate.pricesOf.startsWith("no prices")) {
    return [
      {
        what: `its cost cannot be estimated: ${estimate.pricesOf}`,
        advice: `Add the prices of ${cloud.region} to policy/cost/prices.ts.`,
      },
    ];
  }
  const dearest = estimate.lines.slice(0, linesTold).map(({ what, monthly }) => `${what} $${monthly}`);
  return estimate.monthly > ceiling
    ? [
        {
          what: `it costs an estimated $${estimate.monthly} a month (${estimate.pricesOf}), above the ceiling of $${ceiling}; dearest: ${dearest.join(", ")}`,
          advice: "Make it cheaper, or raise the ceiling under ceilings in policy/settings.yaml.",
        },
      ]
    : [];
}
