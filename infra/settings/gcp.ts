import { z } from "zod";
import { initialNodesPerZone } from "../../components/gcp/node-counts";
import { divideNetwork } from "../../components/gcp/ranges";
import { checkedBy } from "./checked-by";
import { commonSettings, kubernetesVersion, nodeCounts } from "./common";
import { gcpProject, gcpRegion } from "./gcp-project";
import { flag, structured } from "./read";

const serviceAccount = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z0-9.-]+\.iam\.gserviceaccount\.com$/,
    "the address of a service account (<name>@<project>.iam.gserviceaccount.com)",
  );

const settings = z.object({
  ...commonSettings,
  "gcp:project": gcpProject,
  "gcp:region": gcpRegion,
  /** Version that the cluster begins with; its release channel upgrades it from there. @default 1.35 */
  "trinity:kubernetesVersion": kubernetesVersion("1.35"),
  /** How soon new Kubernetes versions arrive. @default REGULAR */
  "trinity:releaseChannel": z.enum(["RAPID", "REGULAR", "STABLE", "EXTENDED"]).default("REGULAR"),
  /** Compute Engine machine type of the nodes. @default e2-standard-2 */
  "trinity:nodeType": z
    .string()
    .regex(/^[a-z0-9]+-[a-z0-9-]+$/, "a Compute Engine machine type such as e2-standard-2")
    .default("e2-standard-2"),
  /**
   * Nodes in all zones together, as on the other clouds, although GKE counts per zone by default. The node pool begins
   * with the same number in each of the region's three zones, so that it holds at least three. @default 3 to 6
   */
  "trinity:nodes": nodeCounts({ minimum: 3, maximum: 6 }, initialNodesPerZone),
  /** Service account that looks after rollouts in the cluster: `identities.rollout` of `<env>-bootstrap-gcp`. @default none */
  "trinity:rolloutPrincipal": serviceAccount.optional(),
  /** Service account that reads back what the stack made in the cluster: `identities.preview` of `<env>-bootstrap-gcp`. @default none */
  "trinity:previewPrincipal": serviceAccount.optional(),
  /** Networks that may reach the API server over the internet. @default all; access still needs a credential */
  "trinity:apiServerCidrs": structured(z.array(z.cidrv4()).min(1)).prefault('["0.0.0.0/0"]'),
  /**
   * Private IPv4 network, /8 to /20, that nodes, pods and services share. @default 10.16.0.0/12, up to 2047 nodes; it
   * does not overlap the other clouds' defaults
   */
  "trinity:networkCidr": z.string().default("10.16.0.0/12"),
  /**
   * True: neither the cluster nor a repository can be deleted or replaced. Set it back, and update, before a destroy. The
   * provider's own default is true, which stops an environment from coming and going. @default false
   */
  "trinity:deletionProtection": flag().default(false),
});

/** Settings of `<env>-gcp`. */
export const gcpSettings = settings.superRefine(
  checkedBy((all) => divideNetwork(all["trinity:networkCidr"], all["trinity:nodes"].maximum), ["trinity:networkCidr"]),
);
