import { createHash } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { cloudNames } from "../../infra/clouds";
import { sideBySide } from "../../delivery/side-by-side";
import type { HomePaths } from "../paths";
import { type Registries, startRegistries } from "../registry";
import { imageRepository, registryHosts } from "./many-apps";

/** The least image that a registry takes: an index of no platforms. A release asks for its digest, and pulls nothing. */
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.index.v1+json",
  manifests: [],
});

/** Its digest. */
export const imageDigest = `sha256:${createHash("sha256").update(manifest).digest("hex")}`;

/**
 * Starts the clouds' played registries, with an image in every repository of some apps in one environment.
 *
 * @param command the `registry` executable
 */
export async function startFilledRegistries(
  { root, registry: data, config, logs }: HomePaths,
  command: string,
  apps: readonly string[],
  env: string,
): Promise<Registries> {
  const rules = { repository: () => ({ exists: true, immutableTags: true }) };
  const registries = await startRegistries({ root, data, config, logs, command, rules });
  try {
    registries.login(...Object.values(registryHosts(env)));
    const repositories = apps.flatMap((app) => cloudNames.map((cloud) => imageRepository(app, env, cloud)));
    await sideBySide(repositories, 8, (repository) => pushManifest(registries, repository));
    return registries;
  } catch (error) {
    await registries.stop();
    throw error;
  }
}

/** Straight to the registry behind the hosts, since it is not the push that is measured. */
async function pushManifest({ backend }: Registries, repository: string): Promise<void> {
  const request = backend.request({
    method: "PUT",
    path: `/v2/${repository}/manifests/${imageDigest}`,
    headers: {
      "content-type": "application/vnd.oci.image.index.v1+json",
      "content-length": Buffer.byteLength(manifest),
    },
  });
  request.end(manifest);
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  answer.resume();
  await once(answer, "end");
  if (answer.statusCode !== 201)
    throw new Error(`The registry took no manifest for ${repository}: ${answer.statusCode}`);
}
