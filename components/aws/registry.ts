// The services' own modules: @pulumi/aws as a whole loads 300 of them, in every preview.
import * as ecr from "@pulumi/aws/ecr";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import * as pulumi from "@pulumi/pulumi";
import type { Registry } from "../contracts";
import { imageLifecycle } from "./image-lifecycle";

export interface EcrRegistryArgs {
  readonly region: string;
  /** App name to the name of its repository: 2 to 256 lower-case letters, digits and single separators `. _ - /`. */
  readonly repositories: Readonly<Record<string, string>>;
  /** True: a repository is deleted with its images. False: ECR refuses while it holds any. */
  readonly deleteImages: boolean;
  /** Tags on every resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** One ECR repository for each app. A tag that exists keeps naming the same image. */
export class EcrRegistry extends pulumi.ComponentResource implements Registry {
  readonly host: pulumi.Output<string>;
  readonly repositories: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: EcrRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trinity:aws:EcrRegistry", name, args, opts);
    const parent = { parent: this };

    const repositories = Object.entries(args.repositories).map(([app, repositoryName]) => {
      const repository = new ecr.Repository(
        `${name}-${app}`,
        {
          name: repositoryName,
          imageTagMutability: "IMMUTABLE",
          imageScanningConfiguration: { scanOnPush: true },
          encryptionConfigurations: [{ encryptionType: "KMS" }],
          forceDelete: args.deleteImages,
          tags: args.tags,
        },
        parent,
      );
      new ecr.LifecyclePolicy(
        `${name}-${app}-lifecycle`,
        { repository: repository.name, policy: imageLifecycle() },
        parent,
      );
      return [app, repository.repositoryUrl] as const;
    });

    const { accountId } = getCallerIdentityOutput({}, parent);
    const { dnsSuffix } = getPartitionOutput({}, parent);
    this.host = pulumi.interpolate`${accountId}.dkr.ecr.${args.region}.${dnsSuffix}`;
    this.repositories = pulumi.output(Object.fromEntries(repositories));
    this.registerOutputs({ host: this.host, repositories: this.repositories });
  }
}
