import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { overlayFile, withImage } from "../../delivery/overlay";
import { release, type ReleaseOptions } from "../../delivery/release";
import { cloudNames } from "../../infra/clouds";
import { type Delivery, leftovers, standInCrane, startDelivery } from "./fixture";
import { appFiles, digestOf, imageOn, makePlatform, mergeBranch, outputsOf, type Platform, stateOf } from "./platform";

/** Releases to a remote that is not on GitHub: a branch is what comes of it. */

let delivery: Delivery;
let platform: Platform;

beforeEach(() => {
  delivery = startDelivery();
  ({ platform } = delivery);
});

afterEach(() => delivery.stop());

function options(outputs: ReleaseOptions["outputs"], more: Partial<ReleaseOptions> = {}): ReleaseOptions {
  return { ...delivery.options, outputs, ...more };
}

test("a release is a commit on top of the base that changes the overlays of one environment", async () => {
  const commit = platform.commit("Build");
  const state = stateOf(platform);
  const outputs = outputsOf("mandelbrot", commit);
  const [proposal] = await release(options([outputs]));
  const branch = `mandelbrot/release-sha-${commit}`;
  assert.deepEqual([proposal?.status, proposal?.branch], ["pushed", branch]);
  for (const cloud of cloudNames) {
    assert.equal(imageOn(platform, branch, { cloud })?.digest, outputs.digest);
    assert.equal(imageOn(platform, branch, { cloud, env: "prod" }), undefined);
  }
  assert.equal(platform.remoteGit("rev-parse", `${branch}^`), commit);
  const files = platform.remoteGit("diff", "--name-only", commit, branch).split("\n");
  assert.deepEqual(
    files,
    [...cloudNames].sort().map((cloud) => overlayFile("mandelbrot", "dev", cloud)),
  );
  assert.equal(platform.remoteGit("rev-parse", "main"), commit, "the base is as it was");
  assert.equal(stateOf(platform), state, "the clone is as it was");
});

test("uncommitted work in the clone neither stops a release nor gets into it", async () => {
  const commit = platform.commit("Build");
  fs.writeFileSync(path.join(platform.root, overlayFile("mandelbrot", "dev", "aws")), "not: yaml: at all");
  fs.writeFileSync(path.join(platform.root, "new.txt"), "new");
  platform.git("add", "new.txt");
  const state = stateOf(platform);
  await release(options([outputsOf("mandelbrot", commit)]));
  assert.equal(stateOf(platform), state);
  const changed = platform.remoteGit("diff", "--name-only", "main", `mandelbrot/release-sha-${commit}`).split("\n");
  assert.equal(changed.length, 3);
});

test("the same release again pushes nothing; once it is merged there is nothing to do", async () => {
  const commit = platform.commit("Build");
  const outputs = outputsOf("mandelbrot", commit);
  const [first] = await release(options([outputs]));
  const [second] = await release(options([outputs]));
  assert.equal(second?.commit, first?.commit);
  const branch = first?.branch ?? "";
  mergeBranch(platform, branch);
  platform.remoteGit("branch", "-D", branch);
  const [third] = await release(options([outputs]));
  assert.deepEqual([third?.status, third?.branch], ["unchanged", undefined]);
  assert.equal(platform.remoteGit("branch", "--list", "mandelbrot/*"), "");
});

test("a release on a base that has moved is made anew on it", async () => {
  const commit = platform.commit("Build");
  const outputs = outputsOf("mandelbrot", commit);
  await release(options([outputs]));
  const later = platform.commit("Elsewhere", { "README.md": "x" });
  const [again] = await release(options([outputs]));
  assert.equal(platform.remoteGit("rev-parse", `${again?.branch ?? ""}^`), later);
});

test("an older build is refused, and goes through when told to", async () => {
  const older = platform.commit("Older");
  const newer = platform.commit("Newer");
  const [first] = await release(options([outputsOf("mandelbrot", newer)]));
  mergeBranch(platform, first?.branch ?? "");
  const heads = platform.remoteGit("for-each-ref");
  await assert.rejects(release(options([outputsOf("mandelbrot", older)])), {
    name: "RefusedError",
    message: new RegExp(`sha-${older} is older than sha-${newer}.*--allow-older`),
  });
  assert.equal(platform.remoteGit("for-each-ref"), heads, "nothing was pushed");
  const [forced] = await release(options([outputsOf("mandelbrot", older)], { allowOlder: true }));
  assert.equal(forced?.status, "pushed");
});

test("a build whose commit nobody knows is refused with the reason", async () => {
  const [first] = await release(options([outputsOf("mandelbrot", platform.commit("Build"))]));
  mergeBranch(platform, first?.branch ?? "");
  await assert.rejects(release(options([outputsOf("mandelbrot", "f".repeat(40))])), {
    name: "RefusedError",
    message: /cannot be told whether .* neither on the base branch nor in this clone/s,
  });
});

test("tags that name their branch's time are compared by it", async () => {
  const tagged = (time: string) => {
    const outputs = outputsOf("mandelbrot", digestOf(time).slice(7, 47));
    return { ...outputs, tag: `topic.${time}.${digestOf(time).slice(7, 47)}` };
  };
  const [first] = await release(options([tagged("20260102-000000")]));
  mergeBranch(platform, first?.branch ?? "");
  await assert.rejects(release(options([tagged("20260101-235959")])), {
    name: "RefusedError",
    message: /is older than/,
  });
  const [later] = await release(options([tagged("20260102-000001")]));
  assert.equal(later?.status, "pushed");
});

test("a tag is never moved to another digest", async () => {
  const outputs = outputsOf("mandelbrot", platform.commit("Build"));
  const [first] = await release(options([outputs]));
  mergeBranch(platform, first?.branch ?? "");
  const digest = digestOf("another");
  const images = Object.fromEntries(
    Object.entries(outputs.images).map(([cloud, image]) => [cloud, image.replace(outputs.digest, digest)]),
  );
  await assert.rejects(release(options([{ ...outputs, digest, images }])), /A tag is never moved/);
});

test("a release to a later environment has a branch of its own", async () => {
  const commit = platform.commit("Build");
  const [dev] = await release(options([outputsOf("mandelbrot", commit)]));
  const [prod] = await release(options([outputsOf("mandelbrot", commit, "prod")], { env: "prod" }));
  assert.equal(dev?.branch, `mandelbrot/release-sha-${commit}`);
  assert.equal(prod?.branch, `mandelbrot/release-prod-sha-${commit}`);
});

test("clouds that read from different repositories get a branch in each", async () => {
  const other = makePlatform();
  try {
    platform.point(other.remote, "dev", ["azure"]);
    const commit = platform.commit("Build");
    const proposals = await release(options([outputsOf("mandelbrot", commit)]));
    assert.deepEqual(
      proposals.map(({ repository, clouds }) => [repository, clouds.join()]).sort(),
      [
        [platform.remote, "aws,gcp"],
        [other.remote, "azure"],
      ].sort(),
    );
    const branch = `mandelbrot/release-sha-${commit}`;
    const changed = other.remoteGit("diff", "--name-only", "main", branch);
    assert.equal(changed, overlayFile("mandelbrot", "dev", "azure"));
  } finally {
    other.remove();
  }
});

test("a build of some of the clouds changes those only", async () => {
  const commit = platform.commit("Build");
  const [proposal] = await release(options([outputsOf("mandelbrot", commit, "dev", ["gcp"])]));
  assert.equal(proposal?.branch, `mandelbrot/release-sha-${commit}-gcp`);
  assert.equal(imageOn(platform, proposal.branch), undefined);
  assert.notEqual(imageOn(platform, proposal.branch, { cloud: "gcp" }), undefined);
});

test("8 apps released at once: each on its own branch, none lost, none mixed", async () => {
  const apps = Array.from({ length: 8 }, (_, index) => `app-${index}`);
  const commit = platform.commit(
    "Apps",
    Object.assign({}, ...apps.map((app) => appFiles(app, ["dev", "prod"]))) as Record<string, string>,
  );
  await Promise.all(apps.map((app) => release(options([outputsOf(app, commit)]))));
  for (const app of apps) {
    const branch = `${app}/release-sha-${commit}`;
    for (const cloud of cloudNames)
      assert.equal(imageOn(platform, branch, { app, cloud })?.digest, digestOf(app + commit));
    assert.equal(platform.remoteGit("diff", "--name-only", commit, branch).split("\n").length, 3);
  }
});

test("8 releases of one build at once make one branch with one commit", async () => {
  const outputs = outputsOf("mandelbrot", platform.commit("Build"));
  const all = await Promise.all(Array.from({ length: 8 }, () => release(options([outputs]))));
  const branch = `mandelbrot/release-${outputs.tag}`;
  assert.equal(platform.remoteGit("rev-list", "--count", `main..${branch}`), "1");
  assert.deepEqual([...new Set(all.map(([one]) => one?.status))], ["pushed"]);
});

test("several apps in one release are one branch each, and one push", async () => {
  const apps = ["web", "api"];
  const commit = platform.commit("Apps", { ...appFiles("web", ["dev"]), ...appFiles("api", ["dev"]) });
  const proposals = await release(options(apps.map((app) => outputsOf(app, commit))));
  assert.deepEqual(
    proposals.map(({ branch }) => branch),
    apps.map((app) => `${app}/release-sha-${commit}`),
  );
});

test("a shallow clone lends nothing, and the release is the same", async () => {
  platform.commit("Build");
  const shallow = path.join(platform.folder, "shallow");
  platform.git("clone", "--quiet", "--depth=1", `file://${platform.remote}`, shallow);
  const commit = platform.git("rev-parse", "HEAD");
  const [proposal] = await release(options([outputsOf("mandelbrot", commit)], { root: shallow }));
  assert.equal(imageOn(platform, proposal?.branch ?? "")?.tag, `sha-${commit}`);
});

/** Faults: what is given, what is said, and that the remote is as it was. */
const faults: readonly [string, () => Partial<ReleaseOptions> & { outputs?: ReleaseOptions["outputs"] }, RegExp][] = [
  [
    "another app's image",
    () => ({ outputs: [{ ...outputsOf("web", platform.git("rev-parse", "HEAD")), app: "mandelbrot" }] }),
    /images\.aws of app "mandelbrot": ".*-web" is not the image repository of app "mandelbrot"/,
  ],
  [
    "another environment's image",
    () => ({ outputs: [outputsOf("mandelbrot", platform.git("rev-parse", "HEAD"), "prod")] }),
    /trinity-prod-aws-mandelbrot" is not the image repository of app "mandelbrot" in environment "dev"/,
  ],
  ["an environment without clusters", () => ({ env: "test" }), /stacks\/Pulumi\.test-aws\.yaml does not exist/],
  [
    "an app that is not there",
    () => ({ outputs: [outputsOf("web", platform.git("rev-parse", "HEAD"))] }),
    /There is no apps\/web\/app\.yaml on branch main of/,
  ],
  [
    "a missing overlay",
    () => {
      fs.rmSync(path.join(platform.root, overlayFile("mandelbrot", "dev", "gcp")));
      platform.commit("Remove");
      return {};
    },
    /There is no apps\/mandelbrot\/deploy\/overlays\/dev\/gcp\/kustomization\.yaml/,
  ],
  [
    "a broken overlay",
    () => {
      platform.commit("Break", { [overlayFile("mandelbrot", "dev", "gcp")]: "images: [\n" });
      return {};
    },
    /overlays\/dev\/gcp\/kustomization\.yaml is no valid YAML/,
  ],
  [
    "an overlay that cannot be rendered",
    () => {
      platform.commit("Break", { "apps/mandelbrot/deploy/base/kustomization.yaml": "resources: [none.yaml]\n" });
      return {};
    },
    /cannot be rendered, so Argo CD could not either: .*none\.yaml/s,
  ],
  [
    "a base whose container has another name for its image",
    () => {
      const file = "apps/mandelbrot/deploy/base/rollout.yaml";
      platform.commit("Break", {
        [file]: platform.show("main", file).replace("image: mandelbrot", "image: mandelbrott:1"),
      });
      return {};
    },
    /renders no container with the image/,
  ],
  [
    "a base with an image that moves",
    () => {
      const file = "apps/mandelbrot/deploy/base/rollout.yaml";
      const more = "\n        - name: proxy\n          image: example.com:5000/proxy:latest\n";
      platform.commit("Break", { [file]: platform.show("main", file) + more });
      return {};
    },
    /image "example\.com:5000\/proxy:latest", which may change at any time/,
  ],
  [
    "a digest that a registry does not have",
    () => {
      standInCrane(path.join(platform.folder, "other"), ["azurecr"]);
      return {};
    },
    /The registry of azure does not have .*MANIFEST_UNKNOWN/s,
  ],
  [
    "a repository that is not there",
    () => {
      platform.point(path.join(platform.folder, "none.git"));
      return {};
    },
    /none\.git cannot be read:/,
  ],
  [
    "a branch that is not there",
    () => {
      const file = "stacks/Pulumi.dev-aws.yaml";
      fs.appendFileSync(path.join(platform.root, file), "    revision: trunk\n");
      return {};
    },
    /has no branch "trunk"/,
  ],
  [
    "an app given twice",
    () => {
      const outputs = outputsOf("mandelbrot", platform.git("rev-parse", "HEAD"));
      return { outputs: [outputs, outputs] };
    },
    /App "mandelbrot" is given twice/,
  ],
];

for (const [what, given, message] of faults) {
  test(`${what} is refused, and nothing is changed`, async () => {
    const more = given();
    const outputs = more.outputs ?? [outputsOf("mandelbrot", platform.git("rev-parse", "HEAD"))];
    const refs = platform.remoteGit("for-each-ref");
    await assert.rejects(release(options(outputs, more)), message);
    assert.equal(platform.remoteGit("for-each-ref"), refs);
  });
}

test("a branch of the remote that is called like the app is a refusal that says so, and no lost race", async () => {
  const commit = platform.commit("Build");
  platform.remoteGit("branch", "mandelbrot", "main");
  const [refused] = await release(options([outputsOf("mandelbrot", commit)]));
  assert.equal(refused?.status, "refused");
  assert.match(refused.why ?? "", /'refs\/heads\/mandelbrot' exists.*No branch may be called.*rename it/s);
});

test("a remote that refuses says why, and the next run succeeds", async () => {
  const hook = path.join(platform.remote, "hooks", "update");
  fs.mkdirSync(path.dirname(hook), { recursive: true });
  fs.writeFileSync(hook, "#!/bin/sh\necho 'No releases on Fridays.' >&2\nexit 1\n", { mode: 0o755 });
  const outputs = outputsOf("mandelbrot", platform.git("rev-parse", "HEAD"));
  const [refused] = await release(options([outputs]));
  assert.equal(refused?.status, "refused");
  assert.match(refused.why ?? "", /No releases on Fridays/);
  fs.rmSync(hook);
  const [proposal] = await release(options([outputs]));
  assert.equal(proposal?.status, "pushed");
});

test("a user whose git signs every push can release to a remote that takes no signed ones", async () => {
  Object.assign(process.env, { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "push.gpgSign", GIT_CONFIG_VALUE_0: "true" });
  const [proposal] = await release(options([outputsOf("mandelbrot", platform.commit("Build"))]));
  assert.equal(proposal?.status, "pushed");
});

test("an interrupted release leaves nothing behind", async () => {
  const interruption = new AbortController();
  const work = release(
    options([outputsOf("mandelbrot", platform.git("rev-parse", "HEAD"))], { signal: interruption.signal }),
  );
  setTimeout(() => {
    interruption.abort(new Error("enough"));
  }, 30);
  await assert.rejects(work, /enough/);
  assert.deepEqual(leftovers(), []);
  assert.equal(platform.remoteGit("branch", "--list", "mandelbrot/*"), "");
});

test("a tag that somebody wrote by hand is no order: the release says so, and goes through when told to", async () => {
  const outputs = outputsOf("mandelbrot", platform.git("rev-parse", "HEAD"));
  const file = overlayFile("mandelbrot", "dev", "aws");
  const repository = outputs.images.aws?.split("@")[0] ?? "";
  const image = { repository, tag: "v1", digest: digestOf("v1") };
  platform.commit("By hand", { [file]: withImage(file, platform.show("main", file) + "\n", "mandelbrot", image) });
  await assert.rejects(release(options([outputs])), { name: "RefusedError", message: /cannot be told whether/ });
  const [proposal] = await release(options([outputs], { allowOlder: true }));
  assert.equal(proposal?.status, "pushed");
});
