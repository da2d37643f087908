/** What clouds say when an identity may not do something, each with what of it names whom and what. */
const refusals: readonly RegExp[] = [
  // AWS: "User: arn:… is not authorized to perform: eks:CreateCluster on resource: …" (IAM User Guide, "Troubleshoot access
  // denied error messages")
  /User: (?<identity>\S+) is not authorized to perform: (?<action>[\w:*-]+)(?: on resource: (?<resource>\S+))?/,
  // Azure Resource Manager, code AuthorizationFailed
  /The client '(?<identity>[^']+)'(?: with object id '[^']*')? does not have authorization to perform action '(?<action>[^']+)'(?: over scope '(?<resource>[^']+)')?/,
  // Google Cloud: two forms, none of which says who asked
  /Permission '(?<action>[\w.]+)' denied on resource '?(?<resource>[^\s'(]+)/,
  /Required ["']?(?<action>[\w.]+)["']? permission(?:\(s\))? for ["']?(?<resource>[^\s"']+)/,
  // Kubernetes
  /User "(?<identity>[^"]+)" cannot (?<action>\w+ resource "[^"]+"(?: in API group "[^"]*")?)/,
];

/** What clouds say when a login has run out. */
const expiries =
  /ExpiredToken|security token included in the request is expired|ExpiredAuthenticationToken|AADSTS700024|token (?:has )?expired|invalid_grant/i;

/**
 * Adds to an error of the engine what to do about it: an identity that lacks a permission, a login that ran out.
 *
 * @param stack the stack that it is about
 */
export function explainFault(error: string, stack: string): string {
  const advice = [permissionAdvice(error), expiries.test(error) ? expiryAdvice(stack) : undefined];
  return [error, ...advice.filter((line) => line !== undefined)].join("\n");
}

function permissionAdvice(error: string): string | undefined {
  for (const pattern of refusals) {
    const { identity, action, resource } = pattern.exec(error)?.groups ?? {};
    if (action === undefined) continue;
    const whom = identity ?? "the identity of this job";
    const on = resource === undefined ? "" : ` on ${resource.replace(/[.,;]$/, "")}`;
    return (
      `Missing permission: ${whom} may not ${action}${on}. What each identity may do is in docs/access.md; if this one is to ` +
      "do that, add the action to its grants in infra/access, and deploy the bootstrap stack again."
    );
  }
  return undefined;
}

function expiryAdvice(stack: string): string {
  return (
    `The login to the cloud ran out while ${stack} was being changed. Run the same job again: it logs in anew, puts in order ` +
    "what had begun, and goes on from there."
  );
}
