import path from "node:path";
import type { CloudName } from "../../infra/clouds";
import type { AppOutputs, CloudReference } from "../../infra/contract";
import type { PolicyResult } from "../engine/policy";
import type { CriticalPath } from "./critical-path";
import { duration } from "./progress";

/** What one run brought about. */
export interface Summary {
  readonly env: string;
  readonly clouds: readonly CloudSummary[];
  readonly apps: readonly AppSummary[];
  /** Folders of the results, absolute. */
  readonly outputs: string;
  readonly stacks: string;
}

export interface CloudSummary {
  readonly stack: string;
  readonly outputs: CloudReference;
  /** How long a real `up` from nothing takes, by the observed times of each resource. */
  readonly predicted: CriticalPath;
  /** What the policy pack advises. */
  readonly policy: readonly PolicyResult[];
}

export interface AppSummary {
  readonly stack: string;
  readonly outputs: AppOutputs;
  /** Cloud to what lets its nodes pull the image. */
  readonly pulls: Readonly<Partial<Record<CloudName, string>>>;
  /** What the policy pack advises. */
  readonly policy: readonly PolicyResult[];
}

/** The summary for a person: a paragraph per cloud, then one per app. */
export function renderSummary(summary: Summary): string {
  const here = (folder: string) => path.relative(process.cwd(), folder) || ".";
  const clouds = summary.clouds.flatMap(({ outputs, predicted }) => [
    "",
    `${outputs.cloud.padEnd(7)}${outputs.region}`,
    `  cluster       ${outputs.cluster.name}, Kubernetes ${outputs.cluster.kubernetesVersion}`,
    ...summary.apps.flatMap((app) => {
      const image = app.outputs.images[outputs.cloud];
      return image === undefined
        ? []
        : [
            `  repository    ${outputs.registry.repositories[app.outputs.app] ?? ""}`,
            `  image         ${image}`,
            `  nodes pull    ${app.pulls[outputs.cloud] ?? "not proved"}`,
          ];
    }),
    `  Argo CD root  ${outputs.gitops.application} from ${outputs.gitops.repository}, ${outputs.gitops.path}`,
    `  a real up     about ${duration(predicted.seconds)}`,
  ]);
  const apps = summary.apps.flatMap(({ outputs }) => [
    "",
    `${outputs.app}: one digest in ${Object.keys(outputs.images).join(", ")}`,
    `  tag           ${outputs.tag}`,
    `  digest        ${outputs.digest}`,
  ]);
  const advice = [...summary.clouds, ...summary.apps].flatMap(({ stack, policy }) =>
    policy.map(({ rule, message }) => `  ${stack}, ${rule}: ${message.replaceAll(/\s*\n\s*/g, " ")}`),
  );
  return [
    `Trinity ${summary.env} is up, on simulated clouds.`,
    ...clouds,
    ...apps,
    ...(advice.length === 0 ? [] : ["", "The policy pack advises (docs/policy.md):", ...advice]),
    "",
    `Outputs are in ${here(summary.outputs)}/<stack>.json, states in ${here(summary.stacks)}/<stack>.json.`,
    "",
  ].join("\n");
}
