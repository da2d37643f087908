import { z } from "zod";
import type { GitHubRepository } from "../access/subjects";
import { environmentPattern } from "../environment";
import { commonSettings } from "./common";
import { flag, structured } from "./read";

/** Settings that every bootstrap stack has. */
export const bootstrapSettings = {
  "trinity:project": commonSettings["trinity:project"],
  /** The repository whose workflows may log in, with the ids that stay: `gh api repos/<owner>/<name> --jq '.owner.id, .id'`. */
  "trinity:github": structured(
    z.strictObject({
      owner: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?$/, "an organisation or user of GitHub"),
      ownerId: z.int().positive(),
      name: z.string().regex(/^[\w.-]{1,100}$/, "the repository's name, without its owner"),
      id: z.int().positive(),
    }) satisfies z.ZodType<GitHubRepository>,
  ),
  /** Environments whose images this one's push identity may read, to copy them by digest. @default none */
  "trinity:promotesFrom": structured(
    z.array(z.string().regex(environmentPattern, "an environment such as dev")),
  ).prefault("[]"),
  /** Makes a bucket for the team's state: encrypted, versioned, never public. @default false */
  "trinity:stateBucket": flag().default(false),
};
