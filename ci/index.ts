import { runCommandLine } from "../delivery/command-line";

/** `npm run ci -- <command>`: the steps of the workflows in .github/workflows, which run on any machine. */
runCommandLine("ci", "The steps of the workflows. They read what GitHub Actions tells a job from the environment.", {
  login: async () => (await import("./commands/login")).loginCommand,
  registries: async () => (await import("./commands/registries")).registriesCommand,
  stacks: async () => (await import("./commands/stacks")).stacksCommand,
  apps: async () => (await import("./commands/apps")).appsCommand,
  preview: async () => (await import("./commands/preview")).previewCommand,
  comment: async () => (await import("./commands/comment")).commentCommand,
  deploy: async () => (await import("./commands/deploy")).deployCommand,
  destroy: async () => (await import("./commands/destroy")).destroyCommand,
  drift: async () => (await import("./commands/drift")).driftCommand,
  "drift-issues": async () => (await import("./commands/drift-issues")).driftIssuesCommand,
});
