import assert from "node:assert/strict";
import test from "node:test";
import { asDeployment, type Finding, judge } from "../../rehearsal/scan/kube-score";
import { renderedFolders } from "../../rehearsal/scan/overlays";
import { repositoryRoot } from "../../rehearsal/paths";

const finding = (check: string, object: string): Finding => ({ file: "a", object, check, comments: [] });

test("a rollout is scanned as the deployment that it takes the place of, and what scales it finds it", () => {
  const rollout = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Rollout",
    metadata: { name: "a" },
    spec: { replicas: 2, strategy: { canary: {} }, template: { spec: { containers: [] } } },
  };
  assert.deepEqual(asDeployment(rollout), {
    ...rollout,
    apiVersion: "apps/v1",
    kind: "Deployment",
    spec: { ...rollout.spec, strategy: undefined },
  });
  const scaler = {
    kind: "HorizontalPodAutoscaler",
    spec: { scaleTargetRef: { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: "a" }, maxReplicas: 3 },
  };
  assert.deepEqual(asDeployment(scaler), {
    ...scaler,
    spec: { ...scaler.spec, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "a" } },
  });
  const service = { kind: "Service", spec: { ports: [] } };
  assert.equal(asDeployment(service), service);
});

test("an exception covers its check, of its object, and one that covers nothing is told of", () => {
  const found = [finding("pod-probes", "Deployment/a"), finding("pod-probes", "Deployment/b")];
  const one = { check: "pod-probes", object: "Deployment/a", reason: "" };
  const idle = { check: "service-type", reason: "" };
  assert.deepEqual(judge(found, [one, idle]), { wrong: [found[1]], idle: [idle] });
  assert.deepEqual(judge(found, [{ check: "pod-probes", reason: "" }]), { wrong: [], idle: [] });
});

test("every overlay of every app is rendered, and the platform's own folders", () => {
  const files = renderedFolders(repositoryRoot).map(({ file }) => file);
  assert.ok(files.includes("apps/mandelbrot/deploy/overlays/prod/azure/kustomization.yaml"));
  assert.ok(files.includes("apps/fortune/deploy/overlays/dev/gcp/kustomization.yaml"));
  assert.ok(!files.includes("apps/fortune/deploy/overlays/dev/azure/kustomization.yaml"), "fortune is not on Azure");
  assert.ok(files.includes("gitops/root/kustomization.yaml"));
});
