/** Throws when anything failed, with every failure's own words. @throws AggregateError */
export function refuseFailures(failures: readonly Error[]): void {
  if (failures.length > 0) {
    throw new AggregateError(failures, failures.map((failure) => failure.message).join("\n\n"));
  }
}
