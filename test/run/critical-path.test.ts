import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { StateResource } from "../../rehearsal/engine/state";
import { criticalPath } from "../../rehearsal/run/critical-path";

const seconds = (type: string) => ({ cluster: 600, nodes: 120, repository: 1, release: 75 })[type] ?? 0;

function custom(type: string, more: Partial<StateResource> = {}): StateResource {
  return { urn: `urn:pulumi:dev-aws::trinity::${type}::${type}`, type, custom: true, ...more };
}

const urn = (type: string) => custom(type).urn;

function longest(resources: readonly StateResource[]) {
  const path = criticalPath(resources, seconds);
  return { seconds: path.seconds, types: path.resources.map((resource) => resource.type) };
}

describe("the critical path", () => {
  test("is the longest chain of dependencies", () => {
    const resources = [custom("cluster"), custom("repository"), custom("nodes", { dependencies: [urn("cluster")] })];
    assert.deepEqual(longest(resources), { seconds: 720, types: ["cluster", "nodes"] });
  });

  test("goes through a provider that waits for the cluster", () => {
    const provider = custom("pulumi:providers:kubernetes", { dependencies: [urn("cluster")] });
    const release = custom("release", { provider: `${provider.urn}::5494fa7a-d358` });
    assert.deepEqual(longest([custom("cluster"), provider, release]), { seconds: 675, types: ["cluster", "release"] });
  });

  test("goes through a component that was told to wait, to its children", () => {
    const component = { ...custom("gitops", { dependencies: [urn("nodes")] }), custom: false };
    const release = custom("release", { parent: component.urn });
    assert.equal(longest([custom("nodes"), component, release]).seconds, 195);
  });

  test("does not go through a component's arguments: children need not wait for them", () => {
    const component = {
      ...custom("gitops", { dependencies: [urn("nodes")], propertyDependencies: { name: [urn("nodes")] } }),
      custom: false,
    };
    const release = custom("release", { parent: component.urn });
    assert.equal(longest([custom("nodes"), component, release]).seconds, 120);
  });
});
