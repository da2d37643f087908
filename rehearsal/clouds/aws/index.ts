import { z } from "zod";
import type { ProviderDefinition } from "../kernel/definition";
import { runProvider } from "../kernel/main";
import { repository } from "./ecr";

const provider: ProviderDefinition = {
  name: "aws",
  config: z.strictObject({ region: z.string() }),
  resources: [repository],
  functions: [],
  world: () => "aws",
};

runProvider(provider);
