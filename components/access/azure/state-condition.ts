const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";

/** What changes a blob. */
const changes = [`${blobs}/write`, `${blobs}/add/action`, `${blobs}/delete`];

/**
 * Lets whoever may change blobs change the files of some stacks alone; reads pass.
 *
 * Source: learn.microsoft.com/azure/storage/blobs/storage-auth-abac-examples, "Read or write blobs based on blob path"; pulumi
 * pkg/backend/diy: `.pulumi/stacks/<project>/<stack>.json`, `.pulumi/locks/organization/<project>/<stack>/<id>.json`, and the
 * same of history and backups
 *
 * @param project Pulumi's, which is part of the paths
 * @param env whose stacks they are
 * @param except programs whose stacks they are not: `aws`, `bootstrap-aws`
 * @returns a condition of version 2.0
 */
export function writesOnlyStacksOf(project: string, env: string, except: readonly string[]): string {
  const path = `@Resource[${blobs}:path]`;
  const others = changes.map((action) => `!(ActionMatches{'${action}'})`).join(" AND ");
  // `*` stands for slashes too.
  const own = `${path} StringLike '.pulumi/*/${project}/${env}-*'`;
  const files = except.flatMap((program) => [
    `'.pulumi/*/${project}/${env}-${program}.json*'`,
    `'.pulumi/*/${project}/${env}-${program}/*'`,
  ]);
  const notThese = files.length === 0 ? "" : ` AND ${path} ForAllOfAllValues:StringNotLike {${files.join(", ")}}`;
  return `((${others}) OR (${own}${notThese}))`;
}
