import { prepareHome, type EngineHome } from "./engine/home";
import type { Progress } from "./engine/operation";
import { home as homeInForce, type HomePaths, shared } from "./paths";
import { ensureTools, type ToolName } from "./tools/index";

/** Tools of the engine; what builds and keeps images comes when an app needs it. */
const engineToolNames = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-docker-build"] as const;

/** What the rehearsal works with: tools, made once for all runs, and the home of this run. */
export interface Workshop {
  /** Absolute paths of tools, got first if need be. */
  tools<Name extends ToolName>(names: readonly Name[], onProgress: Progress): Promise<Record<Name, string>>;
  /** The engine, ready to run in this home, from this repository or a working copy of it. */
  home(onProgress: Progress, project?: string): Promise<EngineHome>;
}

/** @param paths where this run keeps its things. @default the home in force */
export function openWorkshop(signal: AbortSignal, paths: HomePaths = homeInForce): Workshop {
  const tools: Workshop["tools"] = async (names, onProgress) => {
    const order: readonly ToolName[] = names;
    const found = await ensureTools(names, {
      onProgress: ({ tool, message }) => {
        onProgress(`${tool} (${order.indexOf(tool) + 1} of ${names.length}): ${message}`);
      },
      signal,
    });
    return Object.fromEntries(names.map((name) => [name, found[name].path])) as never;
  };
  return {
    tools,
    home: async (onProgress, project) => {
      const found = await tools(engineToolNames, onProgress);
      return prepareHome(
        paths,
        shared,
        {
          pulumi: found.pulumi,
          languageHost: found["pulumi-language-nodejs"],
          dockerBuild: found["pulumi-resource-docker-build"],
        },
        project,
      );
    },
  };
}
