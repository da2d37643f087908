import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";

const app = path.resolve(import.meta.dirname, "../..");
const advice = "run `node apps/mandelbrot/build/lock.ts`, and commit apps/mandelbrot/package-lock.json";

type Dependencies = Readonly<Record<string, string>>;

interface Package {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly dependencies?: Dependencies;
  readonly devDependencies?: Dependencies;
}

const read = (...parts: string[]): unknown => JSON.parse(readFileSync(path.join(app, ...parts), "utf8"));
const packagesOf = (...parts: string[]) =>
  (read(...parts, "package-lock.json") as { readonly packages: Readonly<Record<string, Package>> }).packages;

describe("the lock file that the image is built from", () => {
  const own = packagesOf();
  const repository = packagesOf("..", "..");

  test("is that of package.json", () => {
    const { dependencies, devDependencies } = read("package.json") as Package;
    assert.deepEqual(own[""]?.dependencies, dependencies, advice);
    assert.deepEqual(own[""]?.devDependencies, devDependencies, advice);
  });

  test("names the same packages as the repository's, so that what is tested is what runs", () => {
    for (const [at, { version, integrity }] of Object.entries(own)) {
      if (at !== "") {
        // The app's own come before those that it shares.
        const same = repository[`apps/mandelbrot/${at}`] ?? repository[at];
        assert.deepEqual(
          { version, integrity },
          { version: same?.version, integrity: same?.integrity },
          `${at}: ${advice}`,
        );
      }
    }
  });

  test("has the integrity of every package, and no address, which would be one machine's registry", () => {
    for (const [at, { integrity, resolved }] of Object.entries(own)) {
      assert.equal(resolved, undefined, at);
      assert.ok(at === "" || integrity?.startsWith("sha512-"), at);
    }
  });
});
