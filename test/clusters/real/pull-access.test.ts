import assert from "node:assert/strict";
import * as path from "node:path";
import { test } from "node:test";
import { cloudNames, type CloudName } from "../../../infra/clouds";
import { mediaTypes } from "../../../rehearsal/base-image/image";
import { startNode } from "../../../rehearsal/clusters";
import { makePauseImage } from "../../../rehearsal/clusters/node/pause-image";
import { writeNodeCredentials } from "../../../rehearsal/clusters/pull";
import { clouds, startPulling } from "../pull/support";
import { apply, oneControlPlane, until, workbench } from "./support";

/** What is taken away, and what the registry then answers the node. */
const refusals: Readonly<Record<CloudName, { readonly grant: string; readonly words: RegExp }>> = {
  aws: { grant: "AmazonEC2ContainerRegistryPullOnly", words: /403 Forbidden/ },
  gcp: { grant: "roles/artifactregistry.reader", words: /failed to fetch oauth token: .*: 403 Forbidden/ },
  azure: { grant: "AcrPull", words: /failed to fetch oauth token: .*: 401 Unauthorized/ },
};

/** One control plane has a node of each cloud: who a node is, its credential provider says, and not its cluster. */
test("pods run by their cloud's grant alone", { timeout: 300_000, concurrency: cloudNames.length }, async (t) => {
  const bench = await workbench();
  const pulling = bench.keep(await startPulling());
  const { environment } = pulling.registries;
  const [plane, made] = await Promise.all([oneControlPlane(bench), makePauseImage(bench.clusters.tools.pause)]);

  await Promise.all(
    cloudNames.map((cloud, index) =>
      t.test(`${cloud}: with ${refusals[cloud].grant}, not without it, and again with it`, async (context) => {
        const granted = await clouds[cloud](context);
        const { host, name, cluster } = granted;
        pulling.use(granted);
        for (const { contents } of made.blobs) await pulling.client.pushBlob(host, name, contents);
        const manifest = { method: "PUT", body: made.manifest.contents, type: mediaTypes.manifest };
        assert.equal((await pulling.client.call(host, `/v2/${name}/manifests/one`, manifest)).status, 201);
        const credentialProvider = writeNodeCredentials({
          folder: path.join(bench.root, cloud),
          node: { cloud, cluster, name: `node-${index}` },
          identity: pulling.identity,
          environment,
        });
        const options = { ...bench.clusters, index, environment, credentialProvider };
        const node = bench.keep(await startNode(plane, options));
        const start = async (pod: string) => {
          const container = { name: "pause", image: `${host}/${name}:one`, imagePullPolicy: "Always" };
          await apply(plane.api, {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: `${cloud}-${pod}`, namespace: "default" },
            spec: { nodeName: node.name, terminationGracePeriodSeconds: 0, containers: [container] },
          });
          const page = `/api/v1/namespaces/default/pods/${cloud}-${pod}`;
          return async (what: string, holds: (state: ContainerState) => boolean) =>
            until(`${pod}: ${what}`, async () => {
              const { status } = (await plane.api.get(page)) as Pod;
              const state = status.containerStatuses?.[0]?.state;
              if (state !== undefined && holds(state)) return state;
              throw new Error(JSON.stringify(status));
            });
        };
        const runs = ({ running }: ContainerState) => running !== undefined;

        await (
          await start("granted")
        )("runs", runs);
        await granted.revoke();
        const refused = await start("refused");
        for (const reason of ["ErrImagePull", "ImagePullBackOff"]) {
          const { waiting } = await refused(`waits with ${reason}`, (state) => state.waiting?.reason === reason);
          assert.match(waiting?.message ?? "", refusals[cloud].words);
        }
        await granted.grant();
        await refused("runs once the grant is back", runs);
      }),
    ),
  );
});

interface ContainerState {
  readonly running?: object;
  readonly waiting?: { readonly reason: string; readonly message?: string };
}

interface Pod {
  readonly status: { readonly containerStatuses?: readonly { readonly state: ContainerState }[] };
}
