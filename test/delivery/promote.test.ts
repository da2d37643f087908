import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, describe, test } from "node:test";
import { promote, type PromoteOptions } from "../../delivery/promote";
import { checkRegistries } from "../../delivery/registry";
import { release } from "../../delivery/release";
import { type CloudName, cloudNames } from "../../infra/clouds";
import type { AppOutputs } from "../../infra/contract";
import { homePaths } from "../../rehearsal/paths";
import { type Registries, startRegistries } from "../../rehearsal/registry";
import { registryClient } from "../registry/client";
import { testTools } from "../support/tools";
import { restoreEnvironment } from "./fixture";
import { imageOn, makePlatform, mergeBranch, type Platform, repositories, writeCloudOutputs } from "./platform";

/** Promotions with the real crane between real registries, whose clouds' host names are played. */
describe("a promotion", () => {
  const environment = { ...process.env };
  const signal = new AbortController().signal;
  const home = homePaths(fs.mkdtempSync(path.join(os.tmpdir(), "trinity-test-")));
  let registries: Registries;
  let client: ReturnType<typeof registryClient>;
  let platform: Platform;
  let commit: string;
  let digest: string;

  const context = () => ({ root: platform.root, autoMerge: false, allowOlder: false, signal, report: () => undefined });
  const go = (more: Partial<PromoteOptions> = {}) =>
    promote({
      ...context(),
      app: "mandelbrot",
      from: "dev",
      to: "prod",
      stackOutputs: path.join(platform.folder, "outputs"),
      ...more,
    });

  /** Pushes one image to all of an environment's repositories. */
  const push = async (env: string, tag: string, label: string): Promise<string> => {
    let pushed = "";
    for (const repository of Object.values(repositories("mandelbrot", env))) {
      const slash = repository.indexOf("/");
      const answer = await client.pushImage(repository.slice(0, slash), repository.slice(slash + 1), tag, label);
      assert.equal(answer.status, 201, answer.text);
      pushed = answer.digest ?? "";
    }
    return pushed;
  };
  const outputs = (): AppOutputs => {
    const images = Object.entries(repositories("mandelbrot", "dev")).map(([cloud, name]) => [
      cloud,
      `${name}@${digest}`,
    ]);
    return {
      version: 1,
      app: "mandelbrot",
      tag: `sha-${commit}`,
      digest,
      images: Object.fromEntries(images) as AppOutputs["images"],
    };
  };

  before(async () => {
    const { registry: command } = await testTools();
    const { root, registry: data, config, logs } = home;
    registries = await startRegistries({
      root,
      data,
      config,
      logs,
      command,
      rules: { repository: () => ({ exists: true, immutableTags: true, madeAt: undefined }) },
    });
    client = registryClient(registries);
    platform = makePlatform();
    writeCloudOutputs(path.join(platform.folder, "outputs"), "prod", "mandelbrot");
    Object.assign(process.env, registries.environment);
    const everywhere = ["dev", "prod"].flatMap((env) => Object.values(repositories("mandelbrot", env)));
    registries.login(...everywhere.map((repository) => repository.slice(0, repository.indexOf("/"))));
    commit = platform.commit("Build");
    digest = await push("dev", `sha-${commit}`, "first");
    const [proposal] = await release({ ...context(), env: "dev", outputs: [outputs()] });
    mergeBranch(platform, proposal?.branch ?? "");
  });
  after(async () => {
    restoreEnvironment(environment);
    client.close();
    await registries.stop();
    platform.remove();
    fs.rmSync(home.root, { recursive: true, force: true });
  });

  const there = (env: string, cloud: CloudName) =>
    registries.manifest(`${repositories("mandelbrot", env)[cloud]}:sha-${commit}`);

  test("of one cloud copies its image and changes its overlay only", async () => {
    const [proposal] = await go({ clouds: ["gcp"] });
    assert.equal(proposal?.branch, `mandelbrot/promote-prod-sha-${commit}-gcp`);
    assert.equal(await there("prod", "gcp"), digest);
    assert.equal(await there("prod", "aws"), undefined);
    assert.equal(imageOn(platform, proposal.branch, { env: "prod" }), undefined);
  });

  test("copies the digest to every registry and proposes it; again changes nothing", async () => {
    const [proposal] = await go();
    const branch = `mandelbrot/promote-prod-sha-${commit}`;
    assert.deepEqual([proposal?.status, proposal?.branch, proposal?.digest], ["pushed", branch, digest]);
    for (const cloud of cloudNames) {
      assert.equal(await there("prod", cloud), digest);
      assert.deepEqual(imageOn(platform, branch, { env: "prod", cloud }), {
        repository: repositories("mandelbrot", "prod")[cloud],
        tag: `sha-${commit}`,
        digest,
      });
    }
    const [again] = await go();
    assert.equal(again?.commit, proposal?.commit);
    mergeBranch(platform, branch);
    const [merged] = await go();
    assert.equal(merged?.status, "unchanged");
  });

  test("to a tag that has another digest fails, and nothing is pushed", async () => {
    const next = platform.commit("Next");
    const first = { commit, digest };
    commit = next;
    digest = await push("dev", `sha-${next}`, "second");
    const [proposal] = await release({ ...context(), env: "dev", outputs: [outputs()] });
    mergeBranch(platform, proposal?.branch ?? "");
    await push("prod", `sha-${next}`, "somebody else's");
    const refs = platform.remoteGit("for-each-ref");
    await assert.rejects(go(), new RegExp(`sha-${next} is sha256:\\w+, but must be ${digest}`));
    assert.equal(platform.remoteGit("for-each-ref"), refs);
    ({ commit, digest } = first);
  });

  test("of an app that the target has no repository for is refused", async () => {
    const folder = path.join(platform.folder, "other");
    writeCloudOutputs(folder, "prod", "web");
    await assert.rejects(go({ stackOutputs: folder }), /Stack prod-aws has no image repository for app "mandelbrot"/);
    await assert.rejects(go({ stackOutputs: path.join(folder, "none") }), /prod-aws\.json cannot be read/);
  });

  test("within one environment, or of what was never released, is refused", async () => {
    await assert.rejects(go({ to: "dev" }), /--from and --to are both "dev"/);
    const untouched = makePlatform();
    await assert.rejects(go({ root: untouched.root }), /was never released to dev/);
    untouched.remove();
  });

  test("a release asks the real registries: a digest that one lacks is told in its words", async () => {
    const repository = repositories("mandelbrot", "dev").azure;
    await checkRegistries([{ azure: { repository, tag: "x", digest } }], signal);
    const lacking = { repository, tag: "x", digest: `sha256:${"0".repeat(64)}` };
    await assert.rejects(
      checkRegistries([{ azure: lacking }], signal),
      /registry of azure does not have .*(404|MANIFEST_UNKNOWN)/s,
    );
  });
});
