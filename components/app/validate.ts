import * as pulumi from "@pulumi/pulumi";

/** What {@link validateRelease} looks at. */
export interface CheckedReleaseArgs {
  readonly repositories: Readonly<Record<string, unknown>>;
  readonly tag: string;
  readonly commit: string;
  readonly time: number;
}

/**
 * Checks what decides the image's references, before anything is declared.
 *
 * @throws pulumi.InputPropertyError naming the property, its value and the rule
 */
export function validateRelease(args: CheckedReleaseArgs): void {
  if (Object.keys(args.repositories).length === 0) {
    fail("repositories", args.repositories, "at least one cloud's repository, or there is nowhere to push to");
  }
  if (!/^[\w][\w.-]{0,127}$/.test(args.tag)) {
    fail(
      "tag",
      args.tag,
      "1 to 128 letters, digits, _ . -, not beginning with . or - (OCI distribution specification)",
    );
  }
  if (args.tag === "latest") {
    fail("tag", args.tag, "a tag that names one build; latest moves");
  }
  if (!/^[0-9a-f]{40}$/.test(args.commit)) {
    fail("commit", args.commit, "40 hexadecimal digits in lower case");
  }
  if (!Number.isSafeInteger(args.time) || args.time < 0) {
    fail("time", args.time, "whole seconds since 1970");
  }
}

/** Checks a repository once its name is known. @throws pulumi.InputPropertyError as {@link validateRelease} */
export function checkedRepository(cloud: string, repository: string): string {
  if (!/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/.test(repository)) {
    fail(`repositories.${cloud}`, repository, "<host>/<path> in lower case, without tag or digest");
  }
  return repository;
}

function fail(propertyPath: string, value: unknown, rule: string): never {
  throw new pulumi.InputPropertyError({ propertyPath, reason: `is ${JSON.stringify(value)}, must be ${rule}` });
}
