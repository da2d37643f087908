import type { CloudName } from "../../infra/clouds";
import type { Change } from "../../ci/engine/steps";

/** What may become of which types. Whatever is not named must stay as it is. */
export type Budget = Readonly<Partial<Record<Change, readonly string[]>>>;

/** How a change is made. */
export interface Edit {
  /** Settings of the stack. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** New or changed files of the working copy, by path; a function changes what is there. */
  readonly files?: Readonly<Record<string, string | ((contents: string) => string)>>;
  /** Package of the SDK that is upgraded to its next minor version. */
  readonly upgrades?: string;
}

/** A change as a team makes it, and what it may touch. */
export interface TeamChange {
  readonly name: string;
  readonly edit: (cloud: CloudName) => Edit;
  readonly budget: Readonly<Record<CloudName, Budget>>;
}

const nodeTypes: Readonly<Record<CloudName, string>> = {
  aws: "m7i.xlarge",
  gcp: "e2-standard-4",
  azure: "Standard_D8s_v5",
};

const sdks: Readonly<Record<CloudName, string>> = { aws: "aws", gcp: "gcp", azure: "azure-native" };

/** An app as the cloud stacks see it. */
export const newApp = `name: noise
owner: platform
port: 8080
clouds: [aws, gcp, azure]
environments: [dev]
rollout: canary
`;

/**
 * The table. Nothing in it may replace a cluster, a node pool, a network or a registry, nor anything in a cluster.
 *
 * What is named is what the clouds' providers may show; the simulated ones show some of it only.
 */
export const teamChanges: readonly TeamChange[] = [
  {
    name: "Kubernetes version",
    edit: () => ({ settings: { "trinity:kubernetesVersion": "1.36" } }),
    budget: {
      aws: { update: ["aws:eks/cluster:Cluster", "aws:eks/nodeGroup:NodeGroup", "aws:eks/addon:Addon"] },
      gcp: { update: ["gcp:container/cluster:Cluster", "gcp:container/nodePool:NodePool"] },
      azure: { update: ["azure-native:containerservice:ManagedCluster"] },
    },
  },
  {
    name: "node size",
    edit: (cloud) => ({ settings: { "trinity:nodeType": nodeTypes[cloud] } }),
    budget: {
      // The node group follows the template's version.
      aws: { update: ["aws:ec2/launchTemplate:LaunchTemplate", "aws:eks/nodeGroup:NodeGroup"] },
      gcp: { update: ["gcp:container/nodePool:NodePool"] },
      azure: { update: ["azure-native:containerservice:ManagedCluster"] },
    },
  },
  {
    name: "new app",
    edit: () => ({ files: { "apps/noise/app.yaml": newApp } }),
    budget: {
      aws: { create: ["aws:ecr/repository:Repository", "aws:ecr/lifecyclePolicy:LifecyclePolicy"] },
      gcp: {
        create: [
          "gcp:artifactregistry/repository:Repository",
          "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
        ],
      },
      // Repositories come with the first push.
      azure: {},
    },
  },
  {
    name: "tag",
    edit: (cloud) => ({
      files: {
        [`stacks/${cloud}.ts`]: (contents) => contents.replaceAll('"managed-by": "pulumi"', '"managed-by": "platform"'),
      },
    }),
    // Everything that has tags or labels, and all of it in place.
    budget: {
      aws: {
        update: [
          "aws:cloudwatch/logGroup:LogGroup",
          "aws:ec2/eip:Eip",
          "aws:ec2/internetGateway:InternetGateway",
          "aws:ec2/launchTemplate:LaunchTemplate",
          "aws:ec2/natGateway:NatGateway",
          "aws:ec2/routeTable:RouteTable",
          "aws:ec2/subnet:Subnet",
          "aws:ec2/vpc:Vpc",
          "aws:ec2/vpcEndpoint:VpcEndpoint",
          "aws:ecr/repository:Repository",
          "aws:eks/addon:Addon",
          "aws:eks/cluster:Cluster",
          "aws:eks/nodeGroup:NodeGroup",
          "aws:iam/role:Role",
          "aws:kms/key:Key",
        ],
      },
      gcp: {
        update: [
          "gcp:artifactregistry/repository:Repository",
          "gcp:container/cluster:Cluster",
          "gcp:container/nodePool:NodePool",
        ],
      },
      azure: {
        update: [
          "azure-native:containerregistry:Registry",
          "azure-native:containerservice:ManagedCluster",
          "azure-native:managedidentity:UserAssignedIdentity",
          "azure-native:network:VirtualNetwork",
          "azure-native:resources:ResourceGroup",
        ],
      },
    },
  },
  {
    name: "SDK upgrade",
    edit: (cloud) => ({ upgrades: sdks[cloud] }),
    // The provider's version is not the resources'.
    budget: { aws: {}, gcp: {}, azure: {} },
  },
];
