import { runCommandLine } from "./command-line";

/** `npm run trinity -- <command>`: moves images through environments, and versions through clusters. */
runCommandLine(
  "trinity",
  "Moves images through environments by pull requests to what Argo CD reads, and versions through clusters.",
  {
    release: async () => (await import("./commands/release")).releaseCommand,
    promote: async () => (await import("./commands/promote")).promoteCommand,
    revert: async () => (await import("./commands/revert")).revertCommand,
    rollout: async () => (await import("./commands/rollout")).rolloutCommand,
    new: async () => (await import("./commands/new")).newCommand,
    remove: async () => (await import("./commands/remove")).removeCommand,
  },
);
