import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import path from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../rehearsal/ports";
import { runReadOnly } from "../support/container";
import { imageReader, listArchive, type PulledImage, unpack } from "../support/image";
import { temporaryFolder } from "../support/simulation";
import { testTools } from "../support/tools";
import { type AppFixture, repositories } from "./app-fixture";

/** Most that the app may add to its base image, as it is pulled, in bytes. */
const largestOverhead = 3_000_000;

/** Most that a container may take to answer, in seconds. The machine may be busy with other tests. */
const longestStart = 20;

/** Tests of what the app's stack has pushed; part of its life. */
export function testImage(fixture: () => AppFixture, digest: () => string): void {
  describe("the image", () => {
    let reader: ReturnType<typeof imageReader>;
    let pulled: Awaited<ReturnType<typeof reader.read>>;
    let base: typeof pulled;
    /** Archives of the layers above the base, which all platforms have in common. */
    let own: Buffer[];

    before(async () => {
      const { services, buildArguments } = fixture();
      reader = imageReader(services);
      pulled = await reader.read(repositories.azure, digest());
      const [baseRepository = "", baseDigest = ""] = (buildArguments.NODE_IMAGE ?? "").split("@");
      base = await reader.read(baseRepository, baseDigest);
      own = await Promise.all(
        ownLayers(imageOf("linux/amd64")).map((layer) => reader.layer(repositories.azure, layer)),
      );
    });
    after(() => {
      reader.close();
    });

    const imageOf = (platform: string, { images } = pulled): PulledImage => {
      const found = images.find((image) => image.platform === platform);
      assert.ok(found, `no image for ${platform}`);
      return found;
    };
    const ownLayers = ({ platform, layers }: PulledImage) => layers.slice(imageOf(platform, base).layers.length);
    const files = () => own.flatMap(listArchive);

    it("is there for both platforms, each on its own base with the same layers on top", () => {
      assert.deepEqual(pulled.images.map(({ platform }) => platform).sort(), ["linux/amd64", "linux/arm64"]);
      for (const { platform, layers } of pulled.images) {
        const below = imageOf(platform, base).layers.map((layer) => layer.digest);
        assert.deepEqual(
          layers.slice(0, below.length).map((layer) => layer.digest),
          below,
        );
      }
      assert.deepEqual(ownLayers(imageOf("linux/arm64")), ownLayers(imageOf("linux/amd64")));
    });

    it("runs as a user without rights, listens on one port, and says where it is from", async () => {
      const commit = (await fixture().git("rev-parse", "HEAD")).trim();
      const time = new Date(Number(await fixture().git("log", "-1", "--format=%ct")) * 1000);
      const [baseName, baseDigest] = (fixture().buildArguments.NODE_IMAGE ?? "").split("@");
      const labels = Object.entries({
        title: "mandelbrot",
        version: `sha-${commit}`,
        revision: commit,
        created: time.toISOString(),
        "base.name": baseName,
        "base.digest": baseDigest,
      }).map(([key, value]) => [`org.opencontainers.image.${key}`, value] as const);
      const described = JSON.parse(
        fs.readFileSync(path.join(fixture().repository, "apps/mandelbrot/package.json"), "utf8"),
      ) as Readonly<Record<"description" | "license", string>>;
      for (const { config, created } of pulled.images.map((image) => image.config)) {
        assert.equal(Date.parse(created), time.getTime());
        assert.equal(config.User, "65532:65532");
        assert.deepEqual(config.ExposedPorts, { "8080/tcp": {} });
        assert.deepEqual(config.Entrypoint, ["/nodejs/bin/node"]);
        // What is before it is held by the app's own tests.
        assert.equal(config.Cmd.at(-1), "/app/dist/main.js");
        assert.equal(config.WorkingDir, "/app");
        assert.ok(
          config.Env.includes("NODE_ENV=production") &&
            ["HOST=0.0.0.0", "PORT=8080"].every((each) => config.Env.includes(each)),
        );
        assert.deepEqual(config.Labels, {
          ...imageOf("linux/amd64", base).config.config.Labels,
          ...Object.fromEntries(labels),
          "org.opencontainers.image.description": described.description,
          "org.opencontainers.image.licenses": described.license,
        });
      }
      assert.deepEqual(pulled.index.annotations, Object.fromEntries(labels));
    });

    it("holds the bundle, which its user cannot change, and nothing that it was made with", async () => {
      const time = Number(await fixture().git("log", "-1", "--format=%ct"));
      const stamp = new Date(time * 1000).toISOString().slice(0, 19).replace("T", " ");
      assert.ok(files().some((file) => file.path === "app/dist/main.js"));
      for (const file of files()) {
        assert.match(file.path, /^app\/(dist\/.*)?$/);
        assert.equal(file.owner, "0/0", file.path);
        assert.match(file.mode, /^(d|-)r..r-.r-.$/, file.path);
        assert.equal(file.time, stamp, file.path);
        assert.doesNotMatch(file.path, /\.(ts|map|sh)$|node_modules|lock\.json|\/(npm|npx|sh|bash|busybox)$|test/);
      }
    });

    it("adds less than 3 MB to its base", (context) => {
      const overhead = ownLayers(imageOf("linux/amd64")).reduce((sum, { size }) => sum + size, 0);
      context.diagnostic(`${(overhead / 1e6).toFixed(3)} MB over the base image`);
      assert.ok(overhead < largestOverhead, `${overhead} bytes`);
    });

    it("serves with all its files read-only, without capabilities, and ends when asked to", async (context) => {
      const own = process.arch === "arm64" ? "linux/arm64" : "linux/amd64";
      const folder = temporaryFolder(context);
      const rootfs = path.join(folder, "rootfs");
      fs.mkdirSync(rootfs);
      const image = imageOf(own);
      for (const layer of image.layers) {
        unpack(await reader.layer(repositories.azure, layer), rootfs);
      }
      const port = await freePort();
      const { runc } = await testTools();
      // The app goes on answering for a while before it ends, for load balancers to notice; not here.
      const environment = { PORT: String(port), DRAIN_MILLISECONDS: "0" };
      const container = await runReadOnly({ runc, folder, config: image.config.config, environment });
      stopAfter(context, container);
      const answer = await answerOf(`http://127.0.0.1:${port}/healthz`, container);
      assert.equal(answer.status, 200);
      assert.equal(await container.stop(), 0, container.output());
    });

    it("holds no secret of its build, nor does the build's cache, nor anything that it was pushed with", () => {
      const { secret, folder } = fixture();
      for (const text of [...own, Buffer.from(JSON.stringify(pulled))]) {
        assert.ok(!text.includes(secret));
      }
      // It is where the build found it, so that looking for it finds it.
      assert.equal(filesWith(secret, path.join(folder, "home", "config")).length, 1);
      assert.deepEqual(filesWith(secret, path.join(folder, "home", "registry")), []);
      assert.deepEqual(filesWith(secret, path.join(folder, "home", "buildkit")), []);
      assert.deepEqual(filesWith(secret, path.join(folder, "home", "logs")), []);
    });
  });
}

/** Files below a folder that hold a text. */
function filesWith(text: string, folder: string): string[] {
  assert.ok(fs.existsSync(folder), folder);
  const { stdout, stderr } = spawnSync(
    "grep",
    ["--recursive", "--files-with-matches", "--fixed-strings", text, folder],
    { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } },
  );
  // The builder tidies up behind itself while this looks.
  assert.match(stderr, /^(grep: .*: No such file or directory\n)*$/);
  return stdout.split("\n").filter(Boolean);
}

function stopAfter(context: TestContext, container: Awaited<ReturnType<typeof runReadOnly>>): void {
  context.after(async () => {
    if (container.running()) {
      await container.stop();
    }
  });
}

async function answerOf(address: string, container: Awaited<ReturnType<typeof runReadOnly>>): Promise<Response> {
  const end = Date.now() + longestStart * 1000;
  for (;;) {
    assert.ok(container.running(), `the container ended: ${container.output()}`);
    try {
      return await fetch(address);
    } catch (error) {
      if (Date.now() > end) {
        throw new Error(`no answer within ${longestStart} s: ${container.output()}`, { cause: error });
      }
      await sleep(100);
    }
  }
}
