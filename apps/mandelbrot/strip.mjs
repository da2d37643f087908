// Lays out what the image runs, inside the image build: src/*.ts without their types, so that no compiler and no
// package need be installed. Type checking is the repository's `npm run check`.
//
//   node strip.mjs <folder of the app in the image's layer>
import { cpSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";

const [target] = process.argv.slice(2);
const epoch = Number(process.env.SOURCE_DATE_EPOCH || Number.NaN);
if (target === undefined || !Number.isSafeInteger(epoch) || epoch < 0) {
  console.error(
    `usage: SOURCE_DATE_EPOCH=<seconds> node strip.mjs <folder>. SOURCE_DATE_EPOCH is ` +
      `"${process.env.SOURCE_DATE_EPOCH ?? ""}": without the commit's time, as a build argument, the same source ` +
      "would give another digest at every build.",
  );
  process.exit(1);
}

mkdirSync(join(target, "dist"), { recursive: true });
cpSync("package.json", join(target, "package.json"));
for (const name of readdirSync("src").filter((file) => file.endsWith(".ts"))) {
  const code = stripTypeScriptTypes(readFileSync(join("src", name), "utf8"));
  writeFileSync(join(target, "dist", `${name.slice(0, -3)}.js`), code);
}
// A layer records the time of each file and folder; the time of the build must not be among them.
for (const name of [...readdirSync(target, { recursive: true }), ""]) {
  utimesSync(join(target, name), epoch, epoch);
}
