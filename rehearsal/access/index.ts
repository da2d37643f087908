import * as fs from "node:fs";
import path from "node:path";
import { interruptible } from "../interruption";
import { repositoryRoot } from "../paths";
import { runMain } from "../run-main";
import { accessDocument, formattedDocument, recordAfresh } from "./afresh";
import { compareAccess } from "./compare";

/** `npm run access`: sees what each identity uses, holds infra/access to it, and writes docs/access.md. */
runMain(async () => {
  const recorded = await interruptible((signal) =>
    recordAfresh(signal, (line) => void process.stderr.write(`${line}\n`)),
  );
  const temporary = `${accessDocument}.${process.pid}`;
  fs.writeFileSync(temporary, await formattedDocument(recorded));
  fs.renameSync(temporary, accessDocument);
  process.stdout.write(`${path.relative(repositoryRoot, accessDocument)} is written.\n`);
  const faults = compareAccess(recorded);
  process.stdout.write(faults.map((fault) => `${fault}\n`).join(""));
  return faults.length === 0 ? 0 : 1;
});
