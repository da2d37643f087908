import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { cloudNames, type CloudName } from "../../../infra/clouds";
import { type Child, startChild } from "../../../rehearsal/processes/child";
import { accepts } from "../../../rehearsal/processes/socket";
import { clouds, findTool, nodeLogin, type Pulling, startPulling } from "./support";

/** What containerd tells, and a pod's events with it, when the grant is missing. */
const refusals: Readonly<Record<CloudName, RegExp>> = {
  aws: /403 Forbidden/,
  gcp: /failed to authorize: failed to fetch oauth token: .*\/v2\/token\?.*: 403 Forbidden/,
  azure: /failed to authorize: failed to fetch oauth token: .*\/oauth2\/token\?.*: 401 Unauthorized/,
};

const skip = process.getuid?.() === 0 ? false : "containerd takes root";

describe("containerd", { skip }, () => {
  let pulling: Pulling;
  let containerd: Child | undefined;
  let ctr: string | undefined;
  let socket = "";

  before(async () => {
    pulling = await startPulling();
    const command = await findTool("containerd");
    ctr = await findTool("ctr");
    if (command === undefined || ctr === undefined) {
      return;
    }
    const folder = path.join(pulling.root, "containerd");
    socket = path.join(folder, "containerd.sock");
    fs.mkdirSync(folder);
    const config = path.join(folder, "config.toml");
    const lines = [
      "version = 3",
      `root = "${folder}/root"`,
      `state = "${folder}/state"`,
      'disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.runtime", "io.containerd.cri.v1.images"]',
      `[grpc]`,
      `address = "${socket}"`,
      `[ttrpc]`,
      `address = "${socket}.ttrpc"`,
      '[[plugins."io.containerd.transfer.v1.local".unpack_config]]',
      'platform = "linux/amd64"',
      'snapshotter = "native"',
    ];
    fs.writeFileSync(config, `${lines.join("\n")}\n`);
    containerd = await startChild({
      name: "containerd",
      command,
      args: ["--config", config],
      env: { PATH: process.env.PATH, ...pulling.registries.environment },
      log: path.join(folder, "containerd.log"),
      record: path.join(folder, "process.json"),
      ready: () => accepts(socket),
    });
  });
  after(async () => {
    await containerd?.stop();
    await pulling.stop();
  });

  for (const cloud of cloudNames) {
    test(`${cloud}: pulls by a node's login and the grant, and not without`, async (context) => {
      if (containerd === undefined || ctr === undefined) {
        context.skip("containerd is not there");
        return;
      }
      const command = ctr;
      const granted = await clouds[cloud](context);
      pulling.use(granted);
      await pulling.client.pushImage(granted.host, granted.name, "one", cloud);
      const login = nodeLogin(pulling, granted);
      const image = `${granted.host}/${granted.name}:one`;
      const run = () =>
        promisify(execFile)(
          command,
          [
            "--address",
            socket,
            "images",
            "pull",
            "--user",
            login,
            "--platform",
            "linux/amd64",
            "--snapshotter",
            "native",
            image,
          ],
          { timeout: 60_000, env: { PATH: process.env.PATH } },
        );
      await granted.revoke();
      await assert.rejects(run(), refusals[cloud]);
      await granted.grant();
      await run();
    });
  }
});
