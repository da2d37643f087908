import type * as pulumi from "@pulumi/pulumi";
import type { StackIdentity } from "./stack-name";

/** What each file in `stacks/` exports as `program`: declares the stack's resources and returns its outputs. */
export type StackProgram = (identity: StackIdentity) => pulumi.Inputs | Promise<pulumi.Inputs>;
