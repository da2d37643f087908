// Makes package-lock.json, which the image is built from: the packages of the repository's own lock file that this app
// needs. The image's build sees this folder alone, so that it cannot use the repository's; and both must install the
// same, so that what is tested is what runs. Run it after every change of dependencies, and commit the result.
//
//   node build/lock.ts
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** An entry of a lock file's `packages`. */
type Entry = Readonly<Record<string, unknown>>;

interface Lock {
  readonly packages: Readonly<Record<string, Entry>>;
}

const app = path.dirname(import.meta.dirname);
const repository = path.resolve(app, "../..");
const target = path.join(app, "package-lock.json");

/**
 * The app's lock file.
 *
 * @throws Error with npm's own words
 */
function makeLock(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "lock-"));
  try {
    const manifest = readFileSync(path.join(app, "package.json"), "utf8");
    writeFileSync(path.join(folder, "package.json"), manifest);
    writeFileSync(path.join(folder, "package-lock.json"), JSON.stringify(seed(JSON.parse(manifest) as Entry)));
    // npm takes out what the app does not need, and leaves the versions of the rest as they are. Without addresses, so
    // that the packages are asked of whatever registry is configured; their integrity is in the file.
    execFileSync(
      "npm",
      [
        "install",
        "--package-lock-only",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--omit-lockfile-registry-resolved",
      ],
      { cwd: folder, encoding: "utf8", stdio: ["ignore", "ignore", "inherit"] },
    );
    return readFileSync(path.join(folder, "package-lock.json"), "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The repository's lock file as if the app were alone in it: its own packages beside those that all share. */
function seed(manifest: Entry): unknown {
  const { packages } = JSON.parse(readFileSync(path.join(repository, "package-lock.json"), "utf8")) as Lock;
  const own = `apps/${path.basename(app)}/`;
  const shared = Object.entries(packages).filter(([at, { link }]) => at.startsWith("node_modules/") && link !== true);
  const nearer = Object.entries(packages)
    .filter(([at]) => at.startsWith(`${own}node_modules/`))
    .map(([at, entry]) => [at.slice(own.length), entry] as const);
  const { name, version, license, dependencies, devDependencies } = manifest;
  return {
    name,
    version,
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": { name, version, license, dependencies, devDependencies },
      ...Object.fromEntries([...shared, ...nearer]),
    },
  };
}

if (import.meta.main) {
  writeFileSync(target, makeLock());
}
