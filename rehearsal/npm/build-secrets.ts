import * as fs from "node:fs";
import * as path from "node:path";
import { npmSecrets } from "./settings";

/** Value of the setting `trinity:buildSecrets`, for the secrets that the app's Dockerfile mounts. */
export type BuildSecrets = Readonly<Record<"npmrc" | "npm-ca", { readonly file: string }>>;

/**
 * Hands this machine's npm settings to image builds, as the secrets that the app's Dockerfile asks for. In files, so
 * that no settings file has them.
 *
 * @param folder private to this user
 */
export async function writeBuildSecrets(folder: string): Promise<BuildSecrets> {
  const { npmrc, authorities } = await npmSecrets();
  return {
    npmrc: { file: writePrivate(folder, "npmrc", npmrc) },
    "npm-ca": { file: writePrivate(folder, "authorities.pem", authorities) },
  };
}

/** Logins are here only while builds may need them. */
export function removeBuildSecrets(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true });
}

function writePrivate(folder: string, name: string, text: string): string {
  const file = path.join(folder, name);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  fs.writeFileSync(file, text, { mode: 0o600 });
  return file;
}
