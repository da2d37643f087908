import { z } from "zod";
import { checkAdministrators } from "../../components/aws/cluster-validation";
import { planSubnets } from "../../components/aws/subnet-plan";
import { checkNodeCounts } from "../../components/node-counts";
import { awsRegion } from "./aws-region";
import { checkedBy } from "./checked-by";
import { commonSettings, kubernetesVersion, nodeCounts } from "./common";
import { flag, integer, structured } from "./read";

const role = z
  .string()
  .regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/, "the ARN of an IAM role (arn:aws:iam::<account>:role/<name>)");

const settings = z.object({
  ...commonSettings,
  /** Region of everything in the stack; read by the AWS provider itself. */
  "aws:region": awsRegion,
  /** @default 1.35 */
  "trinity:kubernetesVersion": kubernetesVersion("1.35"),
  /** EC2 instance type of the nodes. @default m7i.large */
  "trinity:nodeType": z
    .string()
    .regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, "an EC2 instance type such as m7i.large")
    .default("m7i.large"),
  /** Nodes in all zones together. @default 2 to 6 */
  "trinity:nodes": nodeCounts({ minimum: 2, maximum: 6 }, checkNodeCounts),
  /** NAT gateways: 1 costs least, 3 (one a zone) survive the loss of a zone. @default 1 */
  "trinity:natGateways": integer(1, 3).default(1),
  /** Principals (roles or users) that administer the cluster besides the one that creates it. @default none */
  "trinity:clusterAdmins": structured(z.array(z.string()).superRefine(checkedBy(checkAdministrators))).prefault("[]"),
  /** Role that looks after rollouts in the cluster: `identities.rollout` of `<env>-bootstrap-aws`. @default none */
  "trinity:rolloutPrincipal": role.optional(),
  /** Role that reads back what the stack made in the cluster: `identities.preview` of `<env>-bootstrap-aws`. @default none */
  "trinity:previewPrincipal": role.optional(),
  /** Networks that may reach the API server over the internet. @default all; access still needs a credential */
  "trinity:apiServerCidrs": structured(z.array(z.cidrv4()).min(1)).prefault('["0.0.0.0/0"]'),
  /** Addresses of the network: a multiple of its size between /16 and /24. @default 10.0.0.0/16 */
  "trinity:networkCidr": z.string().superRefine(checkedBy(planSubnets)).default("10.0.0.0/16"),
  /**
   * True: the cluster cannot be deleted, nor a repository that holds images. Set it back, and update, before a destroy.
   * @default false
   */
  "trinity:deletionProtection": flag().default(false),
});

/** Settings of `<env>-aws`. */
export const awsSettings = settings.superRefine((all, context) => {
  const refuse = (key: string, other: string) => {
    const message = `is in ${other} too; EKS holds one access entry for each principal. Name it in one of them.`;
    context.addIssue({ code: "custom", path: [key], message });
  };
  const { "trinity:previewPrincipal": preview, "trinity:rolloutPrincipal": rollout } = all;
  const administrates = (principal = "") => all["trinity:clusterAdmins"].includes(principal);
  if (administrates(rollout)) refuse("trinity:rolloutPrincipal", "trinity:clusterAdmins");
  if (administrates(preview)) refuse("trinity:previewPrincipal", "trinity:clusterAdmins");
  if (preview !== undefined && preview === rollout) refuse("trinity:previewPrincipal", "trinity:rolloutPrincipal");
});
