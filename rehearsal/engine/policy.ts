import { createHash } from "node:crypto";
import * as fs from "node:fs";
import path from "node:path";
import { dump, load } from "js-yaml";
import { quote, writeExecutable, writeUnlessSame } from "../executable";
import { repositoryRoot, shared } from "../paths";
import type { EngineHome } from "./home";

/** The policy pack of this repository. */
export const policyPack = path.join(repositoryRoot, "policy");

/**
 * The language host that can be built from Go modules does not run policy packs, as an official one does. For a runtime that
 * has no language host the engine looks for a program of this name instead (pulumi/pulumi sdk/go/common/resource/plugin/analyzer_plugin.go,
 * `NewPolicyAnalyzer`): so the pack is presented as one of such a runtime. What runs is the pack itself.
 */
const runtime = "trinity-node";

/**
 * Makes a policy pack one that this home's engine can run.
 *
 * @param pack folder of the pack
 * @returns the folder for the engine's `--policy-pack`
 */
export function preparePolicyPack({ paths }: Pick<EngineHome, "paths">, pack: string): string {
  const name = `pulumi-analyzer-policy-${runtime}`;
  writeExecutable(path.join(paths.pulumiHome, "plugins", `analyzer-policy-${runtime}-v0.0.1`, name), analyzer());
  const manifest = load(fs.readFileSync(path.join(pack, "PulumiPolicy.yaml"), "utf8")) as Record<string, unknown>;
  const digest = createHash("sha256").update(pack).digest("hex").slice(0, 16);
  const folder = path.join(paths.pulumiHome, "policy", digest);
  writeUnlessSame(
    path.join(folder, "PulumiPolicy.yaml"),
    dump({ ...manifest, runtime: { name: runtime, options: { pack } } }),
  );
  return folder;
}

/** Starts a pack as the official language host does (pulumi/pulumi sdk/nodejs/cmd/pulumi-language-nodejs/main.go, `RunPlugin`). */
function analyzer(): string {
  const program = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  return [
    "#!/bin/sh",
    "# Arguments: the engine's address, a folder, -pack=<the pack's folder>.",
    `export NODE_COMPILE_CACHE=${quote(path.join(shared.root, "build", "policy-compile-cache"))}`,
    'export PULUMI_NODEJS_ORGANIZATION="$PULUMI_ORGANIZATION" PULUMI_NODEJS_PROJECT="$PULUMI_PROJECT"',
    'export PULUMI_NODEJS_STACK="$PULUMI_STACK" PULUMI_NODEJS_DRY_RUN="$PULUMI_DRY_RUN"',
    `cd "\${3#-pack=}" && exec ${[process.execPath, program].map(quote).join(" ")} "$1" .`,
    "",
  ].join("\n");
}

/**
 * A folder with a `pulumi` in it that takes `--policy-pack policy` as an official engine does, for commands that call
 * `pulumi` by themselves: put it first on PATH.
 */
export function policyAwareEngine(home: Pick<EngineHome, "paths" | "pulumi">): string {
  const folder = path.join(home.paths.root, "policy-aware-bin");
  const pack = quote(preparePolicyPack(home, policyPack));
  const script = [
    "#!/bin/sh",
    "previous=",
    "for word do",
    "  shift",
    // Whatever the caller's own copy of the pack is called: the rehearsal has one pack.
    `  if [ "$previous" = --policy-pack ]; then set -- "$@" ${pack}; else set -- "$@" "$word"; fi`,
    '  previous="$word"',
    "done",
    `exec ${quote(home.pulumi)} "$@"`,
    "",
  ];
  writeExecutable(path.join(folder, "pulumi"), script.join("\n"));
  return folder;
}

/** What a rule said. */
export interface PolicyResult {
  readonly rule: string;
  readonly level: "advisory" | "mandatory";
  /** Of the resource; undefined where the rule is of the stack. */
  readonly urn?: string;
  /** A line or two, without the engine's colours. */
  readonly message: string;
}

/** The part of the engine's policy event that is used (pulumi/pulumi sdk/go/common/apitype/events.go). */
export interface PolicyEvent {
  readonly policyName: string;
  readonly enforcementLevel: string;
  readonly resourceUrn?: string;
  readonly message: string;
}

export function policyResult(event: PolicyEvent): PolicyResult {
  return {
    rule: event.policyName,
    level: event.enforcementLevel === "mandatory" ? "mandatory" : "advisory",
    urn: event.resourceUrn === "" ? undefined : event.resourceUrn,
    // The engine's colour commands: sdk/go/common/diag/colors/colors.go.
    message: event.message.replaceAll(/<\{%[^%]*%\}>/g, "").trim(),
  };
}
