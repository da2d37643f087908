import type { CloudName } from "../../infra/clouds";

/** A repository, or the registry that has it, as a simulated cloud holds it. */
export interface Holder {
  readonly cloud: CloudName;
  readonly host: string;
  readonly name: string;
  readonly type: string;
  readonly id: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export const holders: readonly Holder[] = [
  {
    cloud: "aws",
    host: "123456789012.dkr.ecr.us-east-1.amazonaws.com",
    name: "app",
    type: "aws:ecr/repository:Repository",
    id: "app",
    outputs: { arn: "arn:aws:ecr:us-east-1:123456789012:repository/app" },
  },
  {
    cloud: "gcp",
    host: "us-central1-docker.pkg.dev",
    name: "trinity-k8s/trinity/app",
    type: "gcp:artifactregistry/repository:Repository",
    id: "projects/trinity-k8s/locations/us-central1/repositories/trinity",
    inputs: { format: "DOCKER" },
  },
  {
    cloud: "azure",
    host: "trinitydevazureacr.azurecr.io",
    name: "app",
    type: "azure-native:containerregistry:Registry",
    id: "/trinitydevazureacr",
    outputs: { loginServer: "trinitydevazureacr.azurecr.io", provisioningState: "Succeeded" },
  },
];
