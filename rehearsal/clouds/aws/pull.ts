import type { PullDecision } from "../kernel/pull";
import type { World } from "../kernel/world";
import { arn } from "./account";
import { evaluate, roleStatements, sourced, type SourcedStatement } from "./access";
import { repositoryPolicy } from "./ecr";
import { nodeGroup } from "./eks-nodes";
import { role } from "./iam";
import { findRepositoryRecord } from "./repositories";

/** What a node's kubelet asks for when it pulls (Amazon ECR user guide, "Using Amazon ECR images with Amazon EKS"). */
const imageActions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/** Has no resource: it is asked for `*`. */
const loginAction = "ecr:GetAuthorizationToken";

/**
 * Whether every node of a cluster may pull from a repository, by the access data that the simulated AWS holds: the
 * policies on the nodes' roles and the repository's own.
 *
 * @param repository host included, without tag or digest
 */
export function provePull(world: World, clusterName: string, repository: string): PullDecision {
  const groups = world.list(nodeGroup.type).filter(({ inputs }) => inputs.clusterName === clusterName);
  const roles = [...new Set(groups.map(({ inputs }) => String(inputs.nodeRoleArn)))];
  const [host = "", ...path] = repository.split("/");
  const name = path.join("/");
  const record = findRepositoryRecord(world, host, name);
  const first = roles[0];
  if (first === undefined) {
    return { allowed: false, identity: "nobody", missing: `a node group in cluster ${clusterName}` };
  }
  if (record === undefined) {
    return { allowed: false, identity: first, missing: `repository ${repository}` };
  }
  const ownPolicy = world.list(repositoryPolicy.type).find(({ inputs }) => inputs.repository === name);
  const own = sourced(`policy of repository ${name}`, ownPolicy === undefined ? "{}" : String(ownPolicy.inputs.policy));
  const decisions = roles.map((roleArn) => decide(world, roleArn, String(record.outputs.arn), own));
  return (
    decisions.find(({ allowed }) => !allowed) ??
    decisions[0] ?? { allowed: false, identity: first, missing: "a node role" }
  );
}

function decide(
  world: World,
  roleArn: string,
  repositoryArn: string,
  repositoryStatements: readonly SourcedStatement[],
): PullDecision {
  const found = world.list(role.type).find(({ outputs }) => outputs.arn === roleArn);
  if (found === undefined) {
    return { allowed: false, identity: roleArn, missing: `role ${roleArn}` };
  }
  const own = roleStatements(world, found.id);
  const fromRepository = repositoryStatements.filter(({ statement }) => names(statement.Principal, roleArn));
  const login = evaluate(own, { action: loginAction, resource: "*" });
  // Within one account either side may allow, and either may deny (IAM user guide, "Policy evaluation logic").
  const images = imageActions.map((action) =>
    evaluate([...own, ...fromRepository], { action, resource: repositoryArn }),
  );
  const answers = [login, ...images];
  const requests = [`${loginAction} on *`, ...imageActions.map((action) => `${action} on ${repositoryArn}`)];
  for (const [index, answer] of answers.entries()) {
    if (answer?.allowed !== true) {
      const denial = answer === undefined ? "" : ` (denied by ${answer.origin})`;
      return { allowed: false, identity: roleArn, missing: `${String(requests[index])} for ${roleArn}${denial}` };
    }
  }
  return {
    allowed: true,
    identity: roleArn,
    grant: [...new Set(answers.map((answer) => answer?.origin ?? ""))].join(", "),
  };
}

/** Whether a repository policy's principal is a role: itself, its account or everybody. */
function names(principal: SourcedStatement["statement"]["Principal"], roleArn: string): boolean {
  const given = typeof principal === "object" ? [principal.AWS ?? []].flat() : [principal ?? ""];
  const account = roleArn.split(":")[4] ?? "";
  return given.some((item) => ["*", roleArn, account, arn("iam", "", "root")].includes(item));
}
