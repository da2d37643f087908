import assert from "node:assert/strict";
import { test } from "node:test";
import { ClusterMember } from "../../../components/aws/cluster-member";
import { find, listOf, runWithMocks, unparented } from "../../support/mocks";
import { awsTables, tags } from "./tables";

test("a member of a cluster has an access entry with its groups, and no policy of EKS's own", async () => {
  const principalArn = "arn:aws:iam::123456789012:role/trinity-dev-ci-rollout";
  const { resources } = await runWithMocks(
    awsTables,
    () => new ClusterMember("m", { clusterName: "trinity-dev-aws", principalArn, groups: ["trinity-rollout"], tags }),
  );
  assert.deepEqual(listOf(resources), ["aws:eks/accessEntry:AccessEntry m-entry", "trinity:aws:ClusterMember m"]);
  assert.deepEqual(unparented(resources), ["m"]);
  assert.deepEqual(find(resources, "m-entry").inputs, {
    clusterName: "trinity-dev-aws",
    principalArn,
    kubernetesGroups: ["trinity-rollout"],
    tags,
  });
});
