import * as dockerBuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";
import { checkedRepository, validateRelease } from "./validate";

/** Inputs of {@link ImageRelease}. */
export interface ImageReleaseArgs {
  /** Name of the app, for the image's label. */
  readonly app: string;
  /**
   * Build context with a Dockerfile in it: a folder relative to the project's root, since the state records it and
   * every machine must record the same. Its files' modes and times must follow from the commit alone.
   */
  readonly context: pulumi.Input<string>;
  /** Cloud to repository, host included, without tag. Its keys decide what is pushed; their order is kept. */
  readonly repositories: Readonly<Record<string, pulumi.Input<string>>>;
  /** The one tag of the image, in every repository. Never moved, so never `latest`. */
  readonly tag: string;
  /** Commit that the context was made from: 40 hexadecimal digits. */
  readonly commit: string;
  /** Its time in seconds since 1970: SOURCE_DATE_EPOCH of the build (reproducible-builds.org). */
  readonly time: number;
  /** For instance `linux/amd64`. */
  readonly platforms: readonly dockerBuild.Platform[];
  /** Name of the buildx builder. @default the one in use */
  readonly builder?: pulumi.Input<string>;
  /** Build arguments of the Dockerfile; readable in the image, so no secrets. @default none */
  readonly buildArguments?: pulumi.Input<Readonly<Record<string, string>>>;
  /**
   * Secrets of the build by id, for `RUN --mount=type=secret,id=…`; in no layer. They are in the state, encrypted as all
   * secrets of the stack. Another value builds nothing: tokens expire, and what they give access to stays the same.
   * @default none
   */
  readonly buildSecrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Address of the source, for a label. @default no label */
  readonly source?: string;
  /** What the image stands on, for labels. @default no labels */
  readonly base?: { readonly name: string; readonly digest?: string };
}

/**
 * An app's image: built once, pushed under one tag to every cloud's registry, with one digest.
 *
 * - Registry logins are never arguments: the provider reads the Docker credential store, so no token is in the state.
 * - A preview does not build.
 * - Images outlive the stack: one that is running must not go because a stack, a tag or a resource does. Removing
 *   old ones is the registries' retention rules' work.
 */
export class ImageRelease extends pulumi.ComponentResource {
  readonly tag: pulumi.Output<string>;
  /** `sha256:` and 64 hexadecimal digits; the same in every registry. */
  readonly digest: pulumi.Output<string>;
  /** Cloud to `<repository>@<digest>`. */
  readonly images: pulumi.Output<Record<string, string>>;

  /** @throws pulumi.InputPropertyError for a reference that registries would refuse */
  constructor(name: string, args: ImageReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    validateRelease(args);
    super("trinity:app:Image", name, {}, opts);
    const repositories = Object.entries(args.repositories).map(([cloud, repository]) => ({
      cloud,
      repository: pulumi.output(repository).apply((known) => checkedRepository(cloud, known)),
    }));

    const secrets = args.buildSecrets ?? {};
    const image = new dockerBuild.Image(
      `${name}-image`,
      {
        context: { location: args.context },
        dockerfile: { location: pulumi.interpolate`${args.context}/Dockerfile` },
        tags: repositories.map(({ repository }) => pulumi.interpolate`${repository}:${args.tag}`),
        platforms: [...args.platforms],
        builder: args.builder === undefined ? undefined : { name: args.builder },
        buildArgs: pulumi
          .output(args.buildArguments ?? {})
          .apply((own) => ({ ...own, SOURCE_DATE_EPOCH: String(args.time) })),
        ...(Object.keys(secrets).length === 0
          ? {}
          : { secrets: pulumi.secret(secrets), ignoreSecretsInDiffCalculation: Object.keys(secrets).sort() }),
        labels: labels(args),
        // Pushes too; `push` would do so once more, in its own way.
        exports: [{ raw: registryExport(args.platforms, labels(args)) }],
        push: false,
        buildOnPreview: false,
      },
      { parent: this, retainOnDelete: true },
    );

    this.tag = pulumi.output(args.tag);
    this.digest = image.digest;
    this.images = pulumi
      .all(
        repositories.map(({ cloud, repository }) =>
          pulumi.all([cloud, pulumi.interpolate`${repository}@${image.digest}`]),
        ),
      )
      .apply((entries) => Object.fromEntries(entries));
    this.registerOutputs({ tag: this.tag, digest: this.digest, images: this.images });
  }
}

/** OCI image specification, "Pre-Defined Annotation Keys". Only what follows from the commit: labels are in the digest. */
function labels({ app, commit, time, source, base }: ImageReleaseArgs): Record<string, string> {
  const known = {
    title: app,
    // Not the tag, which may name a pull request or a branch: one commit has one digest under all of them.
    version: `sha-${commit}`,
    revision: commit,
    created: new Date(time * 1000).toISOString(),
    source,
    "base.name": base?.name,
    "base.digest": base?.digest,
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([key, value]) =>
      value === undefined ? [] : [[`org.opencontainers.image.${key}`, value]],
    ),
  );
}

/**
 * What `push: true` stands for, and besides: times of files that are later than SOURCE_DATE_EPOCH become that (BuildKit
 * 0.13), and the index of several platforms says what it is of, since labels are only in each platform's configuration.
 * In the words of `docker buildx build --output`; docker-build's own types do not have the former.
 */
function registryExport(platforms: readonly string[], annotations: Readonly<Record<string, string>>): string {
  return [
    "type=registry",
    "oci-mediatypes=true",
    "rewrite-timestamp=true",
    ...(platforms.length === 1
      ? []
      : Object.entries(annotations).map(([key, value]) => `annotation-index.${key}=${value}`)),
  ]
    .map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(",");
}
