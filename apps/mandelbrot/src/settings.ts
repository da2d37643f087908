import * as fs from "node:fs";
import os from "node:os";
import * as z from "zod";

/** Clouds that can paint; `local` is one that nobody configured. */
export const clouds = ["aws", "gcp", "azure", "local"] as const;

export type Cloud = (typeof clouds)[number];

function wholeNumber(minimum: number, maximum: number) {
  const rule = `a whole number from ${minimum} to ${maximum}`;
  return z
    .string()
    .regex(/^\d{1,12}$/, rule)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, rule);
}

const label = z.string().regex(/^[\w.:/@+-]{0,200}$/, "up to 200 letters, digits and . _ : / @ + -");

/** Repository, tag and digest, the last two if they are there. */
const imagePattern = /^([\w.:/-]{1,300}?)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;

const variables = z.object({
  /** Address that is listened at; a container says 0.0.0.0. */
  HOST: z.union([z.ipv4(), z.ipv6(), z.literal("localhost")]).default("127.0.0.1"),
  /** 0 takes a free port. */
  PORT: wholeNumber(0, 65_535).default(8080),
  /** Port of `/metrics` alone, which PORT then does not answer: load balancers reach PORT. @default on PORT */
  METRICS_PORT: wholeNumber(0, 65_535).optional(),
  CLOUD: z.enum(clouds).default("local"),
  REGION: label.default(""),
  CLUSTER: label.default(""),
  /** The image that this is, `<repository>:<tag>@<digest>`: what its manifest says, so tag and digest are told once. */
  IMAGE: z
    .string()
    .regex(imagePattern, "<repository>:<tag>@sha256:<64 hexadecimal digits>, or some of it")
    .default("mandelbrot:dev"),
  /** Threads that paint. @default as many as the process may use processors, its container's limit included */
  WORKERS: wholeNumber(1, 256).default(os.availableParallelism()),
  /** Pixels that may be asked for and not yet be answered; beyond them requests are refused. A pixel takes 4 bytes. */
  QUEUE_PIXELS: wholeNumber(1 << 16, 1 << 28).default(1 << 23),
  /** Time between SIGTERM and closing: until then load balancers learn from `/readyz` to send nothing more. */
  DRAIN_MILLISECONDS: wholeNumber(0, 600_000).default(5_000),
  /** Time that another cloud is given for a tile. */
  STAGE_TIMEOUT_MILLISECONDS: wholeNumber(50, 60_000).default(3_000),
  /** JSON object, cloud to address, of all clouds or all others: `{"gcp": "https://gcp.example.com"}`. */
  STAGE_URLS: z.string().optional(),
  /** A file with such an object, as a mounted ConfigMap is. */
  STAGE_URLS_FILE: z.string().optional(),
  /** What the clouds prove themselves to each other with: at least 32 characters. */
  STAGE_SECRET: z.string().optional(),
  /** A file with it. Of several lines the first signs and each is accepted, so that it can be changed cloud by cloud. */
  STAGE_SECRET_FILE: z.string().optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info"),
});

/** Addresses of the other clouds. */
export type StageUrls = ReadonlyMap<Cloud, URL>;

/** What the process was told. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly metricsPort: number | undefined;
  readonly cloud: Cloud;
  readonly region: string;
  readonly cluster: string;
  /** Tag of the image. */
  readonly version: string;
  /** Digest of the image; empty if nobody told it. */
  readonly digest: string;
  readonly workers: number;
  readonly queuePixels: number;
  readonly drainMilliseconds: number;
  readonly stageTimeoutMilliseconds: number;
  readonly stageUrls: StageUrls;
  /** The first signs, each is accepted; empty if there are no other clouds. */
  readonly stageSecrets: readonly string[];
  readonly logLevel: string;
}

/** Thrown for settings that cannot be used; the message has a line for each. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/**
 * Reads the environment, and the files that it names.
 *
 * @throws SettingsError naming each variable and its rule; never its value if that is a secret
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  // An empty variable is one that was not set: Kubernetes and shells make such.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const { data, error } = variables.safeParse(given);
  if (data === undefined) {
    const faults = error.issues.map(({ path, message }) => {
      const name = path.join(".");
      return `${name} is ${JSON.stringify(environment[name])}: ${message}`;
    });
    throw new SettingsError(faults.join("\n"));
  }
  const stageUrls = readStageUrls(data.CLOUD, either(data, "STAGE_URLS"));
  const [, , version = "", digest = ""] = imagePattern.exec(data.IMAGE) ?? [];
  const stageSecrets = readSecrets(either(data, "STAGE_SECRET"));
  if (stageUrls.size > 0 && stageSecrets.length === 0) {
    throw new SettingsError(
      "STAGE_URLS names other clouds, which need a STAGE_SECRET or STAGE_SECRET_FILE to trust us.",
    );
  }
  if (stageUrls.size > 0 && data.CLOUD === "local") {
    throw new SettingsError("STAGE_URLS names other clouds, so CLOUD must say which one this is: aws, gcp or azure.");
  }
  return {
    host: data.HOST,
    port: data.PORT,
    metricsPort: data.METRICS_PORT,
    cloud: data.CLOUD,
    region: data.REGION,
    cluster: data.CLUSTER,
    version,
    digest,
    workers: data.WORKERS,
    queuePixels: data.QUEUE_PIXELS,
    drainMilliseconds: data.DRAIN_MILLISECONDS,
    stageTimeoutMilliseconds: data.STAGE_TIMEOUT_MILLISECONDS,
    stageUrls,
    stageSecrets,
    logLevel: data.LOG_LEVEL,
  };
}

/** A variable's value, or the contents of the file that its sibling names. */
function either(data: z.infer<typeof variables>, name: "STAGE_URLS" | "STAGE_SECRET"): string | undefined {
  const value = data[name];
  const file = data[`${name}_FILE`];
  if (file === undefined) {
    return value;
  }
  if (value !== undefined) {
    throw new SettingsError(`${name} and ${name}_FILE are both set: leave one of them out.`);
  }
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    throw new SettingsError(`${name}_FILE names ${file}, which cannot be read: ${String(error)}`);
  }
}

function readStageUrls(own: Cloud, text: string | undefined): StageUrls {
  if (text === undefined) {
    return new Map();
  }
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    throw new SettingsError(`STAGE_URLS is no JSON: ${text.slice(0, 80)}`);
  }
  const { data, error } = z
    .partialRecord(z.enum(["aws", "gcp", "azure"]), z.url({ protocol: /^https?$/ }))
    .safeParse(object);
  if (data === undefined) {
    const [issue] = error.issues;
    throw new SettingsError(
      `STAGE_URLS: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}. It must be an object with http(s) ` +
        `addresses for aws, gcp or azure.`,
    );
  }
  return new Map(
    clouds.flatMap((cloud) => {
      const url = cloud === "local" || cloud === own ? undefined : data[cloud];
      return url === undefined ? [] : [[cloud, stageUrl(cloud, url)] as const];
    }),
  );
}

/** An address and no more: what else is in it would be dropped, or told to everybody. */
function stageUrl(cloud: Cloud, text: string): URL {
  const url = new URL(text);
  if (url.href !== `${url.origin}/`) {
    throw new SettingsError(
      `STAGE_URLS: ${cloud}: the address has a user, a path or a query. It must be like https://${cloud}.example.com.`,
    );
  }
  return url;
}

function readSecrets(text: string | undefined): string[] {
  const secrets = (text ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (secrets.some((secret) => secret.length < 32)) {
    throw new SettingsError("STAGE_SECRET has fewer than 32 characters: make one with `openssl rand -hex 32`.");
  }
  return secrets;
}
