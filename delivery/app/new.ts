import * as fs from "node:fs";
import * as path from "node:path";
import type { App } from "../../infra/apps";
import { readCloudSettings } from "../settings";
import { checkNewApp, dnsLabel } from "./names";
import { renderApp } from "./render";

/**
 * Writes the folder of a new app, `apps/<name>`, and nothing else.
 *
 * @param root the folder that holds `Pulumi.yaml`
 * @param wanted contents of the `app.yaml` to come
 * @throws InputError before anything is written; where writing fails, nothing is left
 */
export function newApp(root: string, wanted: unknown): App {
  const app = checkNewApp(root, wanted);
  const label = (env: string) => dnsLabel(readCloudSettings(root, env, "azure").project, env, app.name);
  writeFolder(root, path.join(root, "apps", app.name), renderApp(app, label));
  return app;
}

/** Writes elsewhere and renames, so that the folder is whole or not there: half an app would stop every stack. */
function writeFolder(root: string, folder: string, files: ReadonlyMap<string, string>): void {
  // In a folder that Git ignores, and of the same file system as the target.
  const parent = path.join(root, ".trinity");
  fs.mkdirSync(parent, { recursive: true });
  const temporary = fs.mkdtempSync(path.join(parent, "new-app-"));
  try {
    const app = path.join(temporary, "app");
    for (const [file, text] of files) {
      fs.mkdirSync(path.join(app, path.dirname(file)), { recursive: true });
      fs.writeFileSync(path.join(app, file), text);
    }
    fs.mkdirSync(path.dirname(folder), { recursive: true });
    fs.renameSync(app, folder);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}
