import { z } from "zod";
import { CloudError } from "../kernel/errors";
import type { World } from "../kernel/world";
import { alias, key } from "./kms";
import type { Answered, Asked } from "./state-service";

const encrypt = z.object({ KeyId: z.string(), Plaintext: z.string() });
const decrypt = z.object({ CiphertextBlob: z.string() });

/**
 * Answers KMS's Encrypt and Decrypt. What it calls a ciphertext names its key and is not encrypted: the rehearsal's secrets are
 * none, and what counts is who may.
 * Source: AWS KMS API reference
 *
 * @throws CloudError in KMS's words
 */
export function answerKms(world: World, { headers, body }: Asked): Answered {
  const target = String(headers["x-amz-target"]);
  const request: unknown = JSON.parse(body.toString());
  switch (target) {
    case "TrentService.Encrypt": {
      const { KeyId, Plaintext } = encrypt.parse(request);
      const arn = keyArn(world, KeyId);
      world.authorize({ action: "kms:Encrypt", resource: arn });
      const CiphertextBlob = Buffer.from(JSON.stringify({ arn, Plaintext })).toString("base64");
      return json({ KeyId: arn, EncryptionAlgorithm: "SYMMETRIC_DEFAULT", CiphertextBlob });
    }
    case "TrentService.Decrypt": {
      const { CiphertextBlob } = decrypt.parse(request);
      const { arn, Plaintext } = JSON.parse(Buffer.from(CiphertextBlob, "base64").toString()) as {
        readonly arn: string;
        readonly Plaintext: string;
      };
      keyArn(world, arn);
      world.authorize({ action: "kms:Decrypt", resource: arn });
      return json({ KeyId: arn, EncryptionAlgorithm: "SYMMETRIC_DEFAULT", Plaintext });
    }
    default:
      throw new CloudError("UnknownOperationException", `The simulated KMS does not know ${target}.`);
  }
}

/** @param name id, ARN or alias of a key */
function keyArn(world: World, name: string): string {
  const target = world.list(alias.type).find(({ inputs }) => inputs.name === name)?.inputs.targetKeyId ?? name;
  const found = world.list(key.type).find(({ id, outputs }) => id === target || outputs.arn === target);
  if (found === undefined) throw new CloudError("NotFoundException", `Invalid keyId '${name}'`);
  return String(found.outputs.arn);
}

function json(body: object): Answered {
  return { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify(body) };
}
