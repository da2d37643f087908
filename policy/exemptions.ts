import type { Violation } from "./rule";
import type { Exemption } from "./settings";

/**
 * What remains of a rule's violations. One that is exempt goes; one whose exemption has ended stays, and says so.
 *
 * @param today `YYYY-MM-DD`
 */
export function afterExemptions(
  rule: string,
  violations: readonly Violation[],
  exemptions: readonly Exemption[],
  today: string,
): Violation[] {
  return violations.flatMap((violation) => {
    const fitting = exemptions.filter((one) => one.rule === rule && matches(one.resource, violation.urn));
    if (fitting.some(({ until }) => today <= until)) {
      return [];
    }
    const ended = fitting.map(({ until, reason }) => ` The exemption until ${until} has ended; it said: ${reason}`);
    return [{ ...violation, message: violation.message + ended.join("") }];
  });
}

function matches(pattern: string, urn: string | undefined): boolean {
  const escaped = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return urn !== undefined && new RegExp(`^${escaped.join(".*")}$`).test(urn);
}
