"use strict";

// Takes the system call filter out of the bundle that `runc run --bundle <folder>` is about to run. Only put before a
// runc that was built without seccomp, which would refuse the bundle (see runc.ts). Plain JavaScript, because it runs
// once for every build step.

const fs = require("node:fs");
const path = require("node:path");

const at = process.argv.indexOf("--bundle");
if (at > 0) {
  const file = path.join(process.argv[at + 1], "config.json");
  const bundle = JSON.parse(fs.readFileSync(file, "utf8"));
  if (bundle.linux) {
    delete bundle.linux.seccomp;
    fs.writeFileSync(file, JSON.stringify(bundle));
  }
}
