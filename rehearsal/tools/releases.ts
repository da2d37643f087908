import type { Platform } from "./types";

export const everywhere: readonly Platform[] = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];
export const linux: readonly Platform[] = ["linux-x64", "linux-arm64"];

/** Linker flags: without the symbol table and debug information. */
export const stripped: readonly string[] = ["-s", "-w"];

/** The address of a file of a GitHub release. A slash in the tag is escaped, as GitHub wants it. */
export function githubRelease(repository: string, tag: string, file: string): string {
  return `https://github.com/${repository}/releases/download/${encodeURIComponent(tag)}/${file}`;
}

/** One address for each platform; `arch` is Go's name of the processor (`amd64`, `arm64`). */
export function releases(
  platforms: readonly Platform[],
  url: (os: string, arch: string) => string,
): Partial<Record<Platform, string>> {
  return Object.fromEntries(
    platforms.map((platform) => {
      const [os, arch] = platform.split("-") as [string, string];
      return [platform, url(os, arch === "x64" ? "amd64" : arch)];
    }),
  );
}
