import "./stack-traces";
import * as pulumi from "@pulumi/pulumi";
import { platformPrograms, readStackName } from "./stack-name";
import type { StackProgram } from "./program";

/**
 * Every stack starts here: the stack's name chooses the program. Programs are imported lazily, so that a preview of
 * one cloud loads no other cloud's SDK (an SDK costs 0.3 to 1 second and up to 100 MB).
 */
module.exports = async (): Promise<pulumi.Inputs> => {
  const identity = readStackName(pulumi.getStack());
  const program = await load(identity.program);
  return program(identity);
};

async function load(program: string): Promise<StackProgram> {
  const name = platformPrograms.includes(program) ? program : "app";
  const stack = (await import(`../stacks/${name}`)) as { readonly program: StackProgram };
  return stack.program;
}
