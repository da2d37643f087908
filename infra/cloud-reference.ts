import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { CloudName } from "./clouds";
import { type CloudReference, readableOutputs } from "./contract";
import { InputError } from "./input-error";

/**
 * Reads the outputs of `<env>-<cloud>`, checked against the contract.
 *
 * @throws (in the output) InputError naming the stack, each wrong output and what to run
 */
export function readCloudStack(env: string, cloud: CloudName): pulumi.Output<CloudReference> {
  const stack = `${env}-${cloud}`;
  const reference = new pulumi.StackReference(stack, {
    name: pulumi.interpolate`${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`,
  });
  const outputs = Object.fromEntries(
    Object.keys(readableOutputs.shape).map((key) => [key, reference.getOutput(key)] as const),
  );
  return pulumi.output(outputs).apply((values) => {
    const parsed = readableOutputs.safeParse(values);
    if (!parsed.success) {
      throw new InputError(
        `The outputs of stack "${stack}" do not fit the contract; run \`pulumi up --stack ${stack}\` first:\n` +
          z.prettifyError(parsed.error),
      );
    }
    return parsed.data;
  });
}
