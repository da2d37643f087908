import * as pulumi from "@pulumi/pulumi";

/** A subject that may be an identity. */
export interface Credential {
  /** 3 to 120 letters, digits, `-` and `_`. Cannot be changed. */
  readonly name: string;
  /** Compared whole with the token's. */
  readonly subject: string;
}

/**
 * What Microsoft Entra takes: so many credentials on one identity, so many characters of issuer and subject.
 * Source: learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
 */
const limits = { credentials: 20, characters: 600 } as const;

/** @throws pulumi.InputPropertyError for the first credential that Entra would refuse, which it does after others are made */
export function checkCredentials(identity: string, issuer: string, credentials: readonly Credential[]): void {
  const refuse = (reason: string): never => {
    throw new pulumi.InputPropertyError({ propertyPath: `identities.${identity}.credentials`, reason });
  };
  if (credentials.length > limits.credentials) {
    refuse(
      `are ${credentials.length}, and an identity of Azure takes ${limits.credentials}: ` +
        `${credentials.map(({ name }) => name).join(", ")}. Let jobs of fewer places be "${identity}" (infra/access/identities.ts).`,
    );
  }
  for (const [what, text] of [["issuer", issuer], ...credentials.map(({ name, subject }) => [name, subject])]) {
    if (text !== undefined && text.length > limits.characters) {
      refuse(`${what ?? ""} has ${text.length} characters, and Azure takes ${limits.characters}: "${text}"`);
    }
  }
  for (const key of ["name", "subject"] as const) {
    const values = credentials.map((credential) => credential[key]);
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) {
      refuse(`have the ${key} "${twice}" twice: each ${key} stands once on an identity`);
    }
  }
}
