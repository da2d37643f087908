import { dump } from "js-yaml";
import { z } from "zod";
import { loadExeca } from "../tools/execa";
import type { Exception } from "./exceptions";

/** What a scanner says of one object. */
export interface Finding {
  readonly file: string;
  /** `<kind>/<name>` */
  readonly object: string;
  readonly check: string;
  readonly comments: readonly string[];
}

/** kube-score's JSON, version 2: github.com/zegl/kube-score renderer/json_v2/output.go */
const reportSchema = z
  .array(
    z.object({
      object_name: z.string(),
      type_meta: z.object({ kind: z.string() }),
      object_meta: z.object({ name: z.string() }),
      checks: z
        .array(
          z.object({
            check: z.object({ id: z.string() }),
            /** 10 is well, 5 a warning, 1 critical; skipped ones have 0. */
            grade: z.number(),
            skipped: z.boolean(),
            comments: z.array(z.object({ path: z.string(), summary: z.string() })).nullish(),
          }),
        )
        .nullable(),
    }),
  )
  .nullable();

const allRight = 10;

/**
 * Scans the objects of one overlay.
 *
 * @param kubernetes the version that the clusters have, for instance `v1.35`
 */
export async function score(
  kubeScore: string,
  file: string,
  objects: readonly unknown[],
  kubernetes: string,
): Promise<Finding[]> {
  const { execa } = await loadExeca();
  const input = objects.map((object) => dump(asDeployment(object))).join("---\n");
  const args = [
    "score",
    "--output-format=json",
    "--ignore-container-cpu-limit",
    `--kubernetes-version=${kubernetes}`,
    "-",
  ];
  // It ends with 1 when it has something to say.
  const { stdout, stderr, exitCode } = await execa(kubeScore, args, { input, reject: false });
  if (exitCode !== 0 && exitCode !== 1)
    throw new Error(`${file}: kube-score ended with ${String(exitCode)}: ${stderr}`);
  return (reportSchema.parse(JSON.parse(stdout)) ?? []).flatMap(({ type_meta, object_meta, checks }) =>
    (checks ?? [])
      .filter(({ grade, skipped }) => !skipped && grade < allRight)
      .map(({ check, comments }) => ({
        file,
        object: `${type_meta.kind}/${object_meta.name}`,
        check: check.id,
        comments: (comments ?? []).map(({ path, summary }) => (path === "" ? summary : `${path}: ${summary}`)),
      })),
  );
}

/**
 * A Rollout as the Deployment that it takes the place of: scanners look at no other kinds of pods' owners. All that they
 * look at is the same in both (argoproj.github.io/argo-rollouts, "Migrating to Rollouts"); its own strategy is left out.
 */
export function asDeployment(object: unknown): unknown {
  const known = z.looseObject({ kind: z.string(), spec: z.looseObject({}).optional() }).safeParse(object);
  if (!known.success) return object;
  const { kind, spec } = known.data;
  if (kind === "Rollout") {
    return { ...known.data, apiVersion: "apps/v1", kind: "Deployment", spec: { ...spec, strategy: undefined } };
  }
  if (kind === "HorizontalPodAutoscaler") {
    const target = z.looseObject({ kind: z.string() }).parse(spec?.scaleTargetRef);
    if (target.kind !== "Rollout") return object;
    return {
      ...known.data,
      spec: { ...spec, scaleTargetRef: { ...target, apiVersion: "apps/v1", kind: "Deployment" } },
    };
  }
  return object;
}

/** Findings that no exception covers, and exceptions that cover nothing. */
export function judge(findings: readonly Finding[], exceptions: readonly Exception[]) {
  const covers = ({ check, object }: Exception, finding: Finding) =>
    check === finding.check && (object === undefined || object === finding.object);
  return {
    wrong: findings.filter((finding) => !exceptions.some((exception) => covers(exception, finding))),
    idle: exceptions.filter((exception) => !findings.some((finding) => covers(exception, finding))),
  };
}
