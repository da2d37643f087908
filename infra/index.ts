import { setSourceMapsSupport } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { platformPrograms, readStackName } from "./stack-name";
import type { StackProgram } from "./program";

// Pulumi takes a stack for every promise and resource, and ts-node would map each frame of it in JavaScript, the SDKs'
// frames too: a tenth of a preview. Node.js maps the frames of this repository itself.
Reflect.deleteProperty(Error, "prepareStackTrace");
setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });

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
