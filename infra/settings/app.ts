import { z } from "zod";
import { cloudNames } from "../clouds";
import { integer, structured } from "./read";

/** Platforms that an image is built for; the clouds' nodes are one of these. */
export const platforms = ["linux/amd64", "linux/arm64"] as const;

/** Settings of an app's stack, `<env>-<app>`. */
export const appSettings = z.object({
  /** Every stack has it; the app's repositories come from the cloud stacks, which named them after it. */
  "trinity:project": z.string().min(1),
  /** Clouds to push to, out of those in app.yaml. @default all of them */
  "trinity:clouds": structured(z.array(z.enum(cloudNames)).min(1)).optional(),
  /** Name of the buildx builder (drivers docker-container, kubernetes, remote). @default the one in use, as `docker buildx` */
  "trinity:builder": z
    .string()
    .regex(/^[a-zA-Z0-9][\w.-]*$/, "the name of a buildx builder, as `docker buildx ls` prints it")
    .optional(),
  /** Platforms of the image. @default linux/amd64 and linux/arm64 */
  "trinity:platforms": structured(
    z
      .array(z.enum(platforms))
      .min(1)
      .refine((list) => new Set(list).size === list.length, "each platform once"),
  ).prefault(JSON.stringify(platforms)),
  /** Build arguments of the Dockerfile, for instance its base image. They stay readable in the image: no secrets. @default none */
  "trinity:buildArguments": structured(
    z.record(
      z.string().regex(/^(?!SOURCE_DATE_EPOCH$)[A-Za-z_]\w*$/, "the name of an ARG; SOURCE_DATE_EPOCH is set already"),
      z.string(),
    ),
  ).prefault("{}"),
  /**
   * Secrets of the build (`RUN --mount=type=secret,id=…`), for instance npm's settings for a registry of one's own. Where
   * each is found, not what it is: no stack file has it. In the state it is encrypted, as every secret of the stack.
   * Another value makes no other image. @default none
   */
  "trinity:buildSecrets": structured(
    z.record(
      z.string().regex(/^[A-Za-z0-9][\w.-]*$/, "the id of a secret that the Dockerfile mounts"),
      z.union([z.strictObject({ file: z.string().min(1) }), z.strictObject({ environment: z.string().min(1) })], {
        error: "where the secret is: {file: <path>} or {environment: <name of a variable>}",
      }),
    ),
  ).prefault("{}"),
  /** Number of the pull request that the image is for: makes the tag `pr-<number>-<commit>`. @default none */
  "trinity:pullRequest": integer(1, 2 ** 31 - 1).optional(),
  /** `commit`: sha-<commit>; `branch`: <branch>.<YYYYMMDD-HHmmss>.<commit>. @default commit */
  "trinity:tagStyle": z.enum(["commit", "branch"]).default("commit"),
  /** Branch in the tag, for a checkout that is on none, as in CI. @default the branch that is checked out */
  "trinity:branch": z.string().min(1).optional(),
  /**
   * Address of the source, for the label org.opencontainers.image.source. A setting, not this clone's remote: that
   * differs from machine to machine, and with it would the digest. @default no label
   */
  "trinity:source": z.url({ protocol: /^https$/ }).optional(),
});

export type AppSettings = z.infer<typeof appSettings>;
