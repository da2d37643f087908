import { type ResourceRule } from "../rule";
import { texts } from "../value";

/** Names of inputs that hold secrets, whatever has them. In lower case. */
const secretNames = new Set([
  "password",
  "adminpassword",
  "masterpassword",
  "passphrase",
  "secret",
  "clientsecret",
  "secretkey",
  "secretaccesskey",
  "privatekey",
  "clientkey",
  "sharedkey",
  "accesstoken",
  "authtoken",
  "bearertoken",
  "token",
  "connectionstring",
]);

/** What makes a kubeconfig a secret: a login in it. One that names a command that asks for a short-lived token has none. */
const loginOfKubeconfig = /["']?(token|password|client-key-data|client-key)["']?\s*:/;

/** Maps whose every value is secret, by type. */
const secretMaps: Readonly<Record<string, readonly string[]>> = {
  "docker-build:index:Image": ["secrets"],
  "kubernetes:core/v1:Secret": ["data", "stringData"],
};

/** Texts that are secrets wherever they stand. */
const secretTexts: Readonly<Record<string, RegExp>> = {
  "a private key": /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  "an access key of AWS": /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  "a token of GitHub": /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})\b/,
  "a key of Google Cloud": /\bAIza[\w-]{35}\b|"type":\s*"service_account"/,
};

/** Where a secret lies, instead of the secret. */
const reference =
  /^(arn:aws[\w-]*:(secretsmanager|ssm):|projects\/[^/]+\/secrets\/|https:\/\/[\w-]+\.vault\.azure\.net\/secrets\/)/;

/** No secret lies in the state, or is shown in a preview, in plain text. */
export const noPlainSecret: ResourceRule = {
  name: "no-plain-secret",
  demand: "A secret is given as a secret of Pulumi, or by where it lies.",
  checks: {
    "*": {
      source: "https://www.pulumi.com/docs/iac/concepts/secrets/",
      faults: ({ type, properties, secrets }) => {
        if (secrets === undefined) {
          return [];
        }
        const isSecret = (path: readonly string[]) =>
          secrets.some((secret) => secret.every((key, index) => path[index] === key));
        return texts(properties)
          .filter(({ path, text }) => text !== "" && !reference.test(text) && !isSecret(path))
          .flatMap(({ path, text }) => {
            const kind = kindOf(type, path, text);
            return kind === undefined
              ? []
              : [
                  {
                    what: `${path.join(".")} is ${kind} in plain text`,
                    advice:
                      "Wrap it in pulumi.secret, or set it with `pulumi config set --secret`; and replace it, since it has been seen.",
                  },
                ];
          });
      },
    },
  },
};

function kindOf(type: string, path: readonly string[], text: string): string | undefined {
  const byText = Object.entries(secretTexts).find(([, pattern]) => pattern.test(text))?.[0];
  const name = path.at(-1)?.toLowerCase() ?? "";
  const byName =
    secretNames.has(name) ||
    (secretMaps[type] ?? []).includes(path[0] ?? "") ||
    (name === "kubeconfig" && loginOfKubeconfig.test(text));
  return byText ?? (byName ? "a secret by its name" : undefined);
}
