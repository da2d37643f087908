import { z } from "zod";
import { defineFunction } from "../kernel/definition";
import { accountId, regionOf } from "./account";
import { zones } from "./zones";

const none = z.strictObject({});

export const getCallerIdentity = defineFunction({
  token: "aws:index/getCallerIdentity:getCallerIdentity",
  source: "STS API GetCallerIdentity, which needs no permission",
  inputs: none,
  call: () => ({
    id: accountId,
    accountId,
    arn: `arn:aws:sts::${accountId}:assumed-role/deployer/session`,
    userId: "AROAEXAMPLE:session",
  }),
});

export const getPartition = defineFunction({
  token: "aws:index/getPartition:getPartition",
  source: "the provider itself, from its region; asks no API",
  inputs: none,
  call: () => ({ id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" }),
});

export const getRegion = defineFunction({
  token: "aws:index/getRegion:getRegion",
  source: "the provider itself, from its region; asks no API",
  inputs: none,
  call: (_inputs, { config }) => {
    const region = regionOf(config);
    return { id: region, name: region, region, description: region, endpoint: `ec2.${region}.amazonaws.com` };
  },
});

export const getAvailabilityZones = defineFunction({
  token: "aws:index/getAvailabilityZones:getAvailabilityZones",
  source: "EC2 API DescribeAvailabilityZones",
  inputs: z.strictObject({
    state: z.literal("available").optional(),
    excludeZoneIds: z.array(z.string()).optional(),
    filters: z
      .array(z.strictObject({ name: z.literal("opt-in-status"), values: z.tuple([z.literal("opt-in-not-required")]) }))
      .optional(),
  }),
  permission: "ec2:DescribeAvailabilityZones",
  call: ({ excludeZoneIds = [], filters, state }, { config }) => {
    const region = regionOf(config);
    const found = (zones[region] ?? []).filter(({ id }) => !excludeZoneIds.includes(id));
    return {
      id: region,
      region,
      state,
      filters,
      excludeZoneIds,
      groupNames: [`${region}-zg-1`],
      names: found.map(({ name }) => name),
      zoneIds: found.map(({ id }) => id),
    };
  },
});
