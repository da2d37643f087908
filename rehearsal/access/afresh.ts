import * as fs from "node:fs";
import * as os from "node:os";
import path from "node:path";
import { homePaths, repositoryRoot } from "../paths";
import { openWorkshop } from "../workshop";
import { renderAccess } from "./document";
import { recordAccess, type Recorded } from "./record";

/** What is made of the recordings. */
export const accessDocument = path.join(repositoryRoot, "docs/access.md");

/** Records on a home of its own, which is gone afterwards. @throws as {@link recordAccess} */
export async function recordAfresh(signal: AbortSignal, report: (line: string) => void): Promise<Recorded> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-access-"));
  try {
    const home = await openWorkshop(signal, homePaths(folder)).home(report);
    return await recordAccess({ home, report, signal });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The document, formatted as the repository's others are. */
export async function formattedDocument(recorded: Recorded): Promise<string> {
  const { format, resolveConfig } = await import("prettier");
  const config = await resolveConfig(accessDocument);
  return format(renderAccess(recorded), { ...config, parser: "markdown" });
}
