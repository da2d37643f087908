import assert from "node:assert/strict";
import { test } from "node:test";
import type { CloudName } from "../../infra/clouds";
import { registryRules } from "../../rehearsal/clouds/registry-rules";
import { openWorld } from "../../rehearsal/clouds/worlds";
import { temporaryFolder } from "../support/simulation";

interface Holder {
  readonly cloud: CloudName;
  readonly host: string;
  readonly name: string;
  readonly type: string;
  readonly id: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

const holders: Holder[] = [
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

for (const { cloud, host, name, type, id, inputs = {}, outputs = {} } of holders) {
  test(`${cloud}: a repository that is made anew is another one, and one that is changed is the same`, (context) => {
    const folder = temporaryFolder(context);
    const rules = registryRules(folder);
    const world = openWorld(folder, cloud);
    context.after(() => {
      world.close();
    });
    const make = (readyAt: number) => {
      world.insert({ type, id, identity: null, inputs, outputs, readyAt, visibleAt: readyAt });
    };
    const ask = () => rules.repository(host, name);
    assert.equal(ask().exists, false);
    make(1);
    world.replaceProperties(type, id, { ...inputs, labels: { changed: "yes" } }, outputs);
    assert.deepEqual([ask().exists, ask().madeAt], [true, 1]);
    world.delete(type, id);
    assert.equal(ask().exists, false);
    make(2);
    assert.deepEqual([ask().exists, ask().madeAt], [true, 2]);
  });
}
