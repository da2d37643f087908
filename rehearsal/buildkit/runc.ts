import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";

const run = promisify(execFile);

/** The part of `runc features` that matters here (OCI runtime specification, "Features structure"). */
const features = z.object({
  linux: z.object({ seccomp: z.object({ enabled: z.boolean().optional() }).optional() }).optional(),
});

/**
 * The runc that buildkitd is to use. BuildKit gives every build step a system call filter, and a runc that was built
 * without seccomp (it takes a C library) refuses such steps. Then a launcher is put before it that takes the filter
 * out: acceptable for this repository's own Dockerfiles, which still run in namespaces of their own.
 *
 * @param runc the executable
 * @param folder where the launcher goes
 */
export async function usableRunc(runc: string, folder: string): Promise<string> {
  if (await hasSeccomp(runc)) {
    return runc;
  }
  const launcher = path.join(folder, "runc-without-seccomp");
  const [node, script, own] = [process.execPath, path.join(__dirname, "drop-seccomp.cjs"), runc].map(quote);
  fs.writeFileSync(launcher, `#!/bin/sh\n${node} ${script} "$@" && exec ${own} "$@"\n`, { mode: 0o755 });
  return launcher;
}

async function hasSeccomp(runc: string): Promise<boolean> {
  try {
    const { stdout } = await run(runc, ["features"]);
    return features.parse(JSON.parse(stdout)).linux?.seccomp?.enabled === true;
  } catch {
    // Before version 1.1 there is no such command; those were packaged by distributions, with seccomp.
    return true;
  }
}

/** POSIX shell quoting. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
