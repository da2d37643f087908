import { type Fault, type ResourceRule, says } from "../rule";
import { at, list, unknown } from "../value";

/** What tells who did what to a cluster. */
const demandedLogs = ["api", "audit", "authenticator"];

/** Logs are kept, and not for ever. GKE's are kept for 30 days by Cloud Logging without a setting. */
export const logRetention: ResourceRule = {
  name: "log-retention",
  demand: "A cluster's logs are kept, for a time that somebody has chosen.",
  checks: {
    "aws:cloudwatch/logGroup:LogGroup": {
      source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
      faults: ({ properties }) => days("retentionInDays", at(properties, "retentionInDays")),
    },
    "aws:eks/cluster:Cluster": {
      source: "https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html",
      faults: ({ properties }) => {
        const types = at(properties, "enabledClusterLogTypes");
        const missing = demandedLogs.filter((type) => !list(types).includes(type));
        return types === unknown || missing.length === 0
          ? []
          : [{ what: says("enabledClusterLogTypes", types), advice: `Add ${missing.join(", ")}.` }];
      },
    },
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": {
      source: "https://cloud.google.com/logging/docs/buckets#custom-retention",
      faults: ({ properties }) => days("retentionDays", at(properties, "retentionDays")),
    },
    "azure-native:operationalinsights:Workspace": {
      source: "https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure",
      faults: ({ properties }) => days("retentionInDays", at(properties, "retentionInDays")),
    },
  },
};

function days(path: string, value: unknown): Fault[] {
  return value === unknown || (typeof value === "number" && value > 0)
    ? []
    : [{ what: says(path, value), advice: "Set it to a number of days, for instance 30." }];
}
