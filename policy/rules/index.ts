import type { Rule } from "../rule";
import { apiServerAllowList } from "./api-server-allow-list";
import { costCeiling } from "./cost-ceiling";
import { deletionProtection } from "./deletion-protection";
import { encryptionAtRest } from "./encryption-at-rest";
import { immutableTags } from "./immutable-tags";
import { logRetention } from "./log-retention";
import { noAdministrator } from "./no-administrator";
import { noLatest } from "./no-latest";
import { noPlainSecret } from "./no-plain-secret";
import { noRegistryAdminUser } from "./no-registry-admin-user";
import { privateNodes } from "./private-nodes";
import { tags } from "./tags";

/** Every rule of the pack. */
export const rules: readonly Rule[] = [
  noAdministrator,
  apiServerAllowList,
  privateNodes,
  noRegistryAdminUser,
  immutableTags,
  noLatest,
  noPlainSecret,
  encryptionAtRest,
  logRetention,
  tags,
  deletionProtection,
  costCeiling,
];
