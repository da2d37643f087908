// The package's file of errors instead of all of it: commands that touch no stack would wait seconds for the SDK.
import { RunError } from "@pulumi/pulumi/errors";

/**
 * Something that was given is wrong: a stack's name, a setting, an app's file. The message is the whole story, so the
 * engine shows it without a stack trace.
 */
export class InputError extends RunError {}
