import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import type { App } from "../../infra/apps";

/** What new apps are made of: whole files in `app/`, what differs by rollout in `rollouts/`, by cloud in `overlays/`. */
const template = path.join(__dirname, "template");

/**
 * The files of a new app.
 *
 * @param dnsLabel first part of the app's address on Azure, in an environment
 * @returns path below the app's folder to text
 */
export function renderApp(app: App, dnsLabel: (env: string) => string): Map<string, string> {
  const values = {
    NAME: app.name,
    // Quoted where YAML would take it for anything else than text.
    OWNER: stringify(app.owner, { lineWidth: 0 }).trim(),
    PORT: String(app.port),
    CLOUDS: app.clouds.join(", "),
    ENVIRONMENTS: app.environments.join(", "),
    ROLLOUT: app.rollout,
  };
  const files = new Map<string, string>();
  for (const file of filesBelow(path.join(template, "app"))) {
    files.set(file, fill(withFragments(read("app", file), app.rollout), values));
  }
  for (const env of app.environments) {
    for (const cloud of app.clouds) {
      const overlay = fill(read("overlays", `${cloud}.yaml`), {
        ...values,
        ...(cloud === "azure" ? { DNSLABEL: dnsLabel(env) } : {}),
      });
      files.set(`deploy/overlays/${env}/${cloud}/kustomization.yaml`, overlay);
    }
  }
  return files;
}

/** Puts what the rollout needs in the place of each comment `# <file>`, indented like it. */
function withFragments(text: string, rollout: App["rollout"]): string {
  return text.replaceAll(/^( *)# <([\w.-]+)>\n/gm, (_comment, indent: string, file: string) =>
    read("rollouts", rollout, file).replaceAll(/^(?=.)/gm, indent),
  );
}

/** Replaces each `APP_…`. @throws Error for one that has no value: the template is wrong */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/APP_([A-Z]+)/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Nothing is known to take the place of ${placeholder} in the template.`);
    return value;
  });
}

function read(...parts: readonly string[]): string {
  return fs.readFileSync(path.join(template, ...parts), "utf8");
}

function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
