import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { z } from "zod";
import { defineFunction, defineResource, type ProviderDefinition } from "../../../rehearsal/clouds/kernel/definition";
import { makeId } from "../../../rehearsal/clouds/kernel/lifecycle";
import { SimulatedProvider } from "../../../rehearsal/clouds/kernel/provider";
import { unknown } from "../../../rehearsal/clouds/kernel/values";
import type { World } from "../../../rehearsal/clouds/kernel/world";
import { temporaryWorld } from "../../support/simulation";

const network = defineResource({
  type: "test:index:Network",
  source: "made up for the test",
  inputs: z.strictObject({ name: z.string().max(10), range: z.string(), protected: z.boolean().optional() }),
  immutable: ["name"],
  computed: ["arn"],
  secret: ["arn"],
  identity: (inputs) => inputs.name,
  taken: "NetworkExists",
  held: { seconds: 30 * 24 * 3600, error: "the name is held for 30 days" },
  seconds: { create: 60, visible: 30 },
  permissions: { create: "network:create", delete: "network:delete" },
  verifyDelete: (record) => {
    if (record.inputs.protected === true) {
      throw new Error("Protected: switch it off first");
    }
  },
  create: (inputs) => ({ id: makeId("net-", inputs.name), outputs: { arn: `arn:${inputs.name}` } }),
});

const machine = defineResource({
  type: "test:index:Machine",
  source: "made up for the test",
  inputs: z.strictObject({ name: z.string(), networkIds: z.array(z.string()) }),
  immutable: [],
  computed: [],
  autoName: { property: "name", separator: "-", digits: 7 },
  references: [
    {
      property: "networkIds[]",
      types: ["test:index:Network"],
      missing: "NoSuchNetwork",
      inUse: "NetworkInUse",
      unseen: "refuse",
    },
  ],
  seconds: { create: 600 },
  permissions: { create: "machine:create" },
  create: (inputs) => ({ id: makeId("m-", inputs.name), outputs: {} }),
});

const definition: ProviderDefinition = {
  name: "test",
  config: z.strictObject({ region: z.string() }),
  resources: [network, machine],
  functions: [
    defineFunction({
      token: "test:index:whoAmI",
      source: "made up for the test",
      inputs: z.strictObject({}),
      call: () => ({ account: "1" }),
    }),
  ],
  world: () => "test",
};

const networkUrn = "urn:pulumi:dev::trinity::test:index:Network::net";
const machineUrn = "urn:pulumi:dev::trinity::trinity:test:Fleet$test:index:Machine::m";
const seed = Buffer.from("seed");

function setUp(context: TestContext) {
  const world = temporaryWorld(context, "test");
  return { world, provider: new SimulatedProvider(definition, "1.0.0", world.folder) };
}

async function visibleNetwork(provider: SimulatedProvider, world: World) {
  const { id } = await provider.create(networkUrn, { name: "a", range: "10/8" }, false);
  await world.until(world.find(network.type, id)?.visibleAt ?? 0);
  return id;
}

describe("check", () => {
  test("a property that the simulation does not know is an error", (context) => {
    const { failures } = setUp(context).provider.check(networkUrn, {}, { name: "a", range: "r", colour: "red" }, seed);
    assert.match(failures.map(({ reason }) => reason).join(), /colour/);
  });

  test("a type that the simulation does not know is an error", (context) => {
    assert.throws(
      () => setUp(context).provider.check("urn:pulumi:dev::trinity::test:index:Moon::x", {}, {}, seed),
      /UnknownType: the simulated provider test does not know test:index:Moon/,
    );
  });

  test("a wrong value is named with the rule and the value", (context) => {
    const { failures } = setUp(context).provider.check(
      networkUrn,
      {},
      { name: "far too long a name", range: "r" },
      seed,
    );
    assert.equal(failures[0]?.property, "name");
    assert.match(failures[0].reason, /10.*far too long a name/);
  });

  test("an unknown value passes, the known ones are judged all the same", (context) => {
    const { failures } = setUp(context).provider.check(networkUrn, {}, { name: unknown, range: 3 }, seed);
    assert.deepEqual(
      failures.map((failure) => failure.property),
      ["range"],
    );
  });

  test("a name is made once and kept", (context) => {
    const { provider } = setUp(context);
    const first = provider.check(machineUrn, {}, { networkIds: [] }, seed).inputs as { name?: string };
    assert.match(first.name ?? "", /^m-[0-9a-f]{7}$/);
    assert.deepEqual(provider.check(machineUrn, first, { networkIds: [] }, Buffer.from("other")).inputs, first);
  });
});

describe("diff", () => {
  test("an immutable property replaces, deleting first what holds the name", (context) => {
    const { provider } = setUp(context);
    assert.deepEqual(provider.diff(networkUrn, { name: "a", range: "r" }, { name: "a", range: "s" }), {
      changed: ["range"],
      replaced: [],
      deleteFirst: false,
    });
    assert.deepEqual(provider.diff(networkUrn, { name: "a", range: "r" }, { name: "b", range: "r" }).replaced, [
      "name",
    ]);
  });
});

describe("replacement", () => {
  const zoned = defineResource({
    ...machine,
    type: "test:index:Zoned",
    immutable: ["networkIds"],
    identity: (inputs) => String(inputs.name),
  });
  const urn = "urn:pulumi:dev::trinity::test:index:Zoned::m";

  test("deletes first what holds a name that the program fixed, not what holds one that was made", (context) => {
    const { world } = setUp(context);
    const provider = new SimulatedProvider({ ...definition, resources: [zoned] }, "1.0.0", world.folder);
    const made = provider.check(urn, {}, { networkIds: [] }, seed).inputs as { readonly name?: string };
    const change = (name: string | undefined) =>
      provider.diff(urn, { name, networkIds: [] }, { name, networkIds: ["net-1"] }).deleteFirst;
    assert.equal(change("fixed"), true);
    assert.equal(change(made.name), false);
  });
});

describe("create", () => {
  test("a preview changes nothing and leaves computed values unknown", async (context) => {
    const { provider, world } = setUp(context);
    const { id, properties } = await provider.create(networkUrn, { name: "a", range: "r" }, true);
    assert.equal(id, "");
    assert.match(JSON.stringify(properties), new RegExp(unknown));
    assert.equal(world.list().length, 0);
  });

  test("takes the simulated time and is written down", async (context) => {
    const { provider, world } = setUp(context);
    await provider.create(networkUrn, { name: "a", range: "r" }, false);
    const [entry] = world.journal();
    assert.equal(entry?.urn, networkUrn);
    assert.ok(entry.finishedAt - entry.startedAt >= 60_000);
  });

  test("a secret output is marked for the engine", async (context) => {
    const { properties } = await setUp(context).provider.create(networkUrn, { name: "a", range: "r" }, false);
    assert.match(JSON.stringify(properties), /1b47061264138c4ac30d75fd1eb44270/);
  });

  test("a name that is taken is refused in the cloud's words", async (context) => {
    const { provider } = setUp(context);
    await provider.create(networkUrn, { name: "a", range: "r" }, false);
    await assert.rejects(provider.create(networkUrn, { name: "a", range: "r" }, false), /NetworkExists: "a" exists/);
  });

  test("a name that was deleted recently is held", async (context) => {
    const { provider } = setUp(context);
    const { id } = await provider.create(networkUrn, { name: "a", range: "r" }, false);
    await provider.delete(networkUrn, id);
    await assert.rejects(provider.create(networkUrn, { name: "a", range: "r" }, false), /held for 30 days/);
  });

  test("what it names must exist", async (context) => {
    await assert.rejects(
      setUp(context).provider.create(machineUrn, { name: "m", networkIds: ["net-0"] }, false),
      /NoSuchNetwork: networkIds\[\] "net-0" does not exist/,
    );
  });

  test("what it names must be visible where the cloud does not wait", async (context) => {
    const world = temporaryWorld(context, "test", 1000);
    const provider = new SimulatedProvider(definition, "1.0.0", world.folder);
    const { id } = await provider.create(networkUrn, { name: "a", range: "r" }, false);
    await assert.rejects(provider.create(machineUrn, { name: "m", networkIds: [id] }, false), /does not exist yet/);
  });

  test("a caller without the permission is refused before anything is made", async (context) => {
    const { provider, world } = setUp(context);
    world.set("caller", { allow: ["*"], deny: ["network:*"] });
    await assert.rejects(
      provider.create(networkUrn, { name: "a", range: "r" }, false),
      /does not have authorization to perform action 'network:create'/,
    );
    assert.equal(world.list().length, 0);
  });

  test("a rehearsed failure is used up", async (context) => {
    const { provider, world } = setUp(context);
    world.set("faults", [{ type: network.type, operation: "create", error: "out of capacity", times: 1 }]);
    await assert.rejects(provider.create(networkUrn, { name: "a", range: "r" }, false), /out of capacity/);
    await provider.create(networkUrn, { name: "a", range: "r" }, false);
  });

  test("what is being created is in the cloud from the first moment, so a provider may die meanwhile", async (context) => {
    const world = temporaryWorld(context, "test", 1000);
    const provider = new SimulatedProvider(definition, "1.0.0", world.folder);
    const created = provider.create(networkUrn, { name: "a", range: "r" }, false);
    await new Promise(setImmediate);
    const [found] = world.list(network.type);
    assert.ok((found?.readyAt ?? 0) > world.now(), "the creation is under way");
    await created;
    assert.ok((found?.readyAt ?? 0) <= world.now(), "the creation has ended");
  });
});

describe("delete", () => {
  test("what is in use is refused", async (context) => {
    const { provider, world } = setUp(context);
    const id = await visibleNetwork(provider, world);
    const made = await provider.create(machineUrn, { name: "m", networkIds: [id] }, false);
    await assert.rejects(provider.delete(networkUrn, id), /NetworkInUse/);
    await provider.delete(machineUrn, made.id);
    await provider.delete(networkUrn, id);
    assert.equal(world.list().length, 0);
  });

  test("what is protected is refused", async (context) => {
    const { provider } = setUp(context);
    const { id } = await provider.create(networkUrn, { name: "a", range: "r", protected: true }, false);
    await assert.rejects(provider.delete(networkUrn, id), /Protected/);
  });

  test("what is gone already is a success", async (context) => {
    await setUp(context).provider.delete(networkUrn, "net-none");
  });
});

describe("read", () => {
  test("sees what somebody changed at the console, and what somebody deleted", async (context) => {
    const { provider, world } = setUp(context);
    const { id } = await provider.create(networkUrn, { name: "a", range: "r" }, false);
    world.replaceProperties(network.type, id, { name: "a", range: "other" }, { arn: "arn:a" });
    assert.equal((await provider.read(networkUrn, id))?.inputs.range, "other");
    world.delete(network.type, id);
    assert.equal(await provider.read(networkUrn, id), undefined);
  });
});

test("a function that the simulation does not know is an error", (context) => {
  const { provider } = setUp(context);
  assert.deepEqual(provider.invoke("test:index:whoAmI", {}), { account: "1" });
  assert.throws(() => provider.invoke("test:index:weather", {}), /UnknownFunction/);
});
