import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { messageOf } from "../../delivery/failure";
import { cloudNames } from "../../infra/clouds";
import { environmentPattern } from "../../infra/environment";
import { InputError } from "../../infra/input-error";
import { stepSchema } from "../engine/steps";

/** What a preview found, as the job of a stack hands it to the one that comments. No value of any property is in it. */
export const previewSchema = z.strictObject({
  version: z.literal(1),
  // It stands in Markdown as it is.
  stack: z.string().regex(/^[a-z0-9-]+$/),
  env: z.string().regex(environmentPattern),
  cloud: z.enum(cloudNames),
  steps: z.array(stepSchema),
  /** How many resources stay as they are. */
  unchanged: z.int().nonnegative(),
  policies: z.array(
    z.strictObject({
      policy: z.string(),
      mandatory: z.boolean(),
      /** Name and type of the resource; nothing for a rule about the whole stack. */
      resource: z.string(),
      message: z.string(),
    }),
  ),
  /** An estimate, in US dollars a month; nothing where the preview failed before it had seen all resources. */
  cost: z
    .strictObject({
      before: z.number(),
      after: z.number(),
      /** What `after` is made of, the dearest first. */
      lines: z.array(z.strictObject({ what: z.string(), monthly: z.number() })),
      unpriced: z.array(z.string()),
      /** How old the prices are, and where they are of. */
      pricesOf: z.string(),
    })
    .optional(),
  /** Why there is no whole preview. */
  failure: z.string().optional(),
});

export type PreviewResult = z.infer<typeof previewSchema>;

/**
 * Makes the folder that `--out` names, before work that may take an hour and whose result would have no place.
 *
 * @throws InputError when it cannot be made, or nothing can be written there
 */
export function makeOut(folder: string): void {
  try {
    makeFolder(folder);
    fs.accessSync(folder, fs.constants.W_OK);
  } catch (error) {
    throw new InputError(`--out: ${folder} is no folder that can be written to: ${messageOf(error)}`);
  }
}

/** With the folders above it. Not by mkdir's `recursive`, which never ends in /proc, whatever asks for it. */
function makeFolder(folder: string): void {
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  makeFolder(path.dirname(folder));
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    // Another job may have been faster.
    if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** Writes `<folder>/<name>.json` so that a reader sees all of it or none. */
export function writeResult(folder: string, name: string, value: unknown): string {
  makeFolder(folder);
  const file = path.join(folder, `${name}.json`);
  const temporary = `${file}.${process.pid}`;
  fs.writeFileSync(temporary, `${JSON.stringify(value, undefined, 2)}\n`);
  fs.renameSync(temporary, file);
  return file;
}

/**
 * Reads every `*.json` of a folder, also in folders below it: each artifact of a run comes in one of its own. A folder that
 * is not there has none: no stack was touched.
 *
 * @throws InputError naming the file and what of it is wrong
 */
export function readResults<Schema extends z.ZodType>(folder: string, schema: Schema): z.infer<Schema>[] {
  const files = fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  return files
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => {
      const whole = path.join(folder, file);
      try {
        return schema.parse(JSON.parse(fs.readFileSync(whole, "utf8")));
      } catch (error) {
        const said = error instanceof z.ZodError ? z.prettifyError(error) : "it is no JSON, or not all of it";
        throw new InputError(`${whole} is not what a job of this commit wrote: ${said}`);
      }
    });
}
