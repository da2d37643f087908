// `npm run bench [-- kernel|scaling|server|page …]`: figures of this machine, as ratios in one run where there is
// something to compare with. Fails only if something does not work.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

const all = ["kernel", "scaling", "server", "page"];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.includes(name));

if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(", ")}; there are ${all.join(", ")}.`);
  process.exitCode = 2;
} else {
  // One after the other, each in a process of its own: they must not disturb each other.
  for (const name of wanted.length > 0 ? wanted : all) {
    console.log(`\n== ${name}`);
    const child = spawn(process.execPath, ["--import", "tsx", path.join(import.meta.dirname, `${name}.ts`)], {
      stdio: "inherit",
    });
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) {
      process.exitCode = 1;
    }
  }
}
