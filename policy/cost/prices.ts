import type { CloudName } from "../../infra/clouds";

/** What a price is for: an hour, a month, or a gibibyte in a month. */
export type Unit = "hour" | "day" | "month" | "GiB-month";

/** Prices of one page of a cloud. US dollars, on demand, before taxes, discounts and free tiers. */
export interface PriceList {
  readonly source: string;
  /** Month that the prices were last compared with the page or a public copy of it: `YYYY-MM`. */
  readonly asOf: string;
  /** True: from memory, and to be compared with the page. @default false */
  readonly toCheck?: true;
  readonly unit: Unit;
  readonly prices: Readonly<Record<string, number>>;
}

/**
 * List prices by cloud and region. Prices change, and differ between regions: a region that is not here has none. To add one,
 * copy a list and write what the pages named say of it.
 */
export const priceLists: Readonly<Record<CloudName, Readonly<Record<string, readonly PriceList[]>>>> = {
  aws: {
    "us-east-1": [
      { source: "https://aws.amazon.com/eks/pricing/", asOf: "2026-03", unit: "hour", prices: { "EKS cluster": 0.1 } },
      {
        source: "https://aws.amazon.com/ec2/pricing/on-demand/",
        asOf: "2026-09",
        unit: "hour",
        prices: {
          "t3.medium": 0.0416,
          "t3.large": 0.0832,
          "t3.xlarge": 0.1664,
          "m6i.large": 0.096,
          "m6i.xlarge": 0.192,
          "m6i.2xlarge": 0.384,
          "m7g.large": 0.0816,
          "m7g.xlarge": 0.1632,
          "m7g.2xlarge": 0.3264,
          "m7i.large": 0.1008,
          "m7i.xlarge": 0.2016,
          "m7i.2xlarge": 0.4032,
          "m7i.4xlarge": 0.8064,
        },
      },
      { source: "https://aws.amazon.com/ebs/pricing/", asOf: "2026-04", unit: "GiB-month", prices: { gp3: 0.08 } },
      {
        source: "https://aws.amazon.com/vpc/pricing/",
        asOf: "2026-04",
        unit: "hour",
        prices: { "NAT gateway": 0.045, "public IPv4 address": 0.005 },
      },
      {
        source: "https://aws.amazon.com/kms/pricing/",
        asOf: "2025-01",
        toCheck: true,
        unit: "month",
        prices: { "KMS key": 1 },
      },
    ],
  },
  gcp: {
    "us-central1": [
      {
        source: "https://cloud.google.com/kubernetes-engine/pricing",
        asOf: "2026-04",
        unit: "hour",
        prices: { "GKE cluster": 0.1 },
      },
      {
        source: "https://cloud.google.com/compute/vm-instance-pricing",
        asOf: "2026-04",
        unit: "hour",
        prices: {
          "e2-medium": 0.03351,
          "e2-standard-2": 0.06701,
          "e2-standard-4": 0.13402,
          "e2-standard-8": 0.26805,
          "n2-standard-2": 0.09712,
          "n2-standard-4": 0.19424,
          "n2-standard-8": 0.38848,
        },
      },
      {
        source: "https://cloud.google.com/compute/disks-image-pricing",
        asOf: "2025-01",
        toCheck: true,
        unit: "GiB-month",
        prices: { "pd-standard": 0.04, "pd-balanced": 0.1, "pd-ssd": 0.17 },
      },
      {
        source: "https://cloud.google.com/nat/pricing",
        asOf: "2026-04",
        unit: "hour",
        prices: { "Cloud NAT for a node": 0.0014, "Cloud NAT above 32 nodes": 0.044, "external IP address": 0.005 },
      },
    ],
  },
  azure: {
    eastus: [
      {
        source: "https://azure.microsoft.com/pricing/details/kubernetes-service/",
        asOf: "2026-04",
        unit: "hour",
        prices: { "AKS cluster, Free": 0, "AKS cluster, Standard": 0.1, "AKS cluster, Premium": 0.6 },
      },
      {
        source: "https://azure.microsoft.com/pricing/details/virtual-machines/linux/",
        asOf: "2026-04",
        unit: "hour",
        prices: {
          Standard_D2s_v5: 0.096,
          Standard_D4s_v5: 0.192,
          Standard_D8s_v5: 0.384,
          Standard_D16s_v5: 0.768,
          Standard_E4s_v5: 0.252,
          Standard_E8s_v5: 0.504,
        },
      },
      {
        source: "https://azure.microsoft.com/pricing/details/managed-disks/",
        asOf: "2025-01",
        toCheck: true,
        unit: "month",
        prices: { "Premium SSD of 128 GiB": 19.71 },
      },
      {
        source: "https://azure.microsoft.com/pricing/details/container-registry/",
        asOf: "2026-01",
        unit: "day",
        prices: { "registry, Basic": 0.167, "registry, Standard": 0.667, "registry, Premium": 1.667 },
      },
      {
        source: "https://azure.microsoft.com/pricing/details/load-balancer/",
        asOf: "2026-06",
        unit: "hour",
        prices: { "load balancer, up to 5 rules": 0.025 },
      },
      {
        source: "https://azure.microsoft.com/pricing/details/ip-addresses/",
        asOf: "2025-01",
        toCheck: true,
        unit: "hour",
        prices: { "public IPv4 address": 0.005 },
      },
    ],
  },
};
