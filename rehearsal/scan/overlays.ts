import * as fs from "node:fs";
import * as path from "node:path";
import { overlayFile } from "../../delivery/overlay";
import type { Overlay } from "../../delivery/kustomize";
import { findApps } from "../../infra/apps";

/**
 * Everything in Git that Argo CD renders: each app's overlays, and the platform's own folders.
 *
 * One is left out: gitops/add-ons/argo-rollouts takes all its objects from that project's repository, and they are its own.
 */
export function renderedFolders(root: string): Overlay[] {
  const apps = findApps(root).flatMap(({ name, environments, clouds }) =>
    environments.flatMap((env) => clouds.map((cloud) => ({ app: name, file: overlayFile(name, env, cloud) }))),
  );
  const addOns = fs
    .readdirSync(path.join(root, "gitops", "add-ons"))
    .filter((name) => name !== "argo-rollouts")
    .map((name) => ({ app: name, file: path.join("gitops", "add-ons", name, "kustomization.yaml") }));
  return [...apps, ...addOns, { app: "root", file: path.join("gitops", "root", "kustomization.yaml") }];
}
