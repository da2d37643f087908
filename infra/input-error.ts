import * as pulumi from "@pulumi/pulumi";

/**
 * Something that was given is wrong: a stack's name, a setting, an app's file. The message is the whole story, so the
 * engine shows it without a stack trace (`pulumi.RunError`).
 */
export class InputError extends pulumi.RunError {}
