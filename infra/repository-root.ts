import * as path from "node:path";

/** The repository's root folder, absolute. */
export const repositoryRoot = path.resolve(__dirname, "..");
