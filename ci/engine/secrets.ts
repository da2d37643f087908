/** Variables that hold a secret, by how they are called: `AWS_SECRET_ACCESS_KEY`, `GH_TOKEN`, `PULUMI_CONFIG_PASSPHRASE`. */
const secretName = /SECRET|TOKEN|PASSWORD|PASSPHRASE$|PRIVATE_KEY|CREDENTIALS$/;

/** Shorter ones are no secrets, and would be found in ordinary words. */
const shortest = 8;

/**
 * Takes this job's secrets out of a text that others will read. The engine does so with those of the stack; a program of a
 * cloud may print others, from its environment.
 */
export function withoutSecrets(text: string, environment: NodeJS.ProcessEnv = process.env): string {
  const secrets = Object.entries(environment)
    .filter(([name]) => secretName.test(name))
    .map(([, value = ""]) => value)
    .filter((value) => value.length >= shortest)
    // A whole one before what is part of it.
    .sort((one, other) => other.length - one.length);
  return secrets
    .reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text)
    .replace(/\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g, "[token]");
}
