import type { Platform } from "./types";

const platforms: readonly string[] = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"] satisfies Platform[];

/** This machine's. @throws Error where no tool is known to run (on Windows, use WSL 2) */
export function currentPlatform(): Platform {
  const platform = `${process.platform}-${process.arch}`;
  if (isPlatform(platform)) return platform;
  throw new Error(
    `The tools run on ${platforms.join(", ")}; this machine is ${platform}.` +
      (process.platform === "win32" ? " Use WSL 2." : ""),
  );
}

function isPlatform(text: string): text is Platform {
  return platforms.includes(text);
}
