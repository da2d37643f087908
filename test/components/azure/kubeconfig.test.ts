import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { load } from "js-yaml";
import { aksServerApplication, buildKubeconfig, certificateAuthority } from "../../../components/azure/kubeconfig";
import { authority, issuedKubeconfig } from "./support";

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: Readonly<Record<string, string>> }];
  readonly users: readonly [
    { readonly name: string; readonly user: { readonly exec: Readonly<Record<string, unknown>> } },
  ];
}

describe("kubeconfig", () => {
  test("the certificate authority comes out of what Azure hands out", () => {
    assert.equal(certificateAuthority(issuedKubeconfig), authority);
  });

  for (const [what, text] of [
    ["nothing", ""],
    ["no cluster", "clusters: []"],
    ["no certificate", "clusters: [{name: a, cluster: {server: 'https://a'}}]"],
  ] as const) {
    test(`${what} is refused with what to do`, () => {
      assert.throws(
        () => certificateAuthority(Buffer.from(text).toString("base64")),
        /without certificate-authority-data.*az aks show/,
      );
    });
  }

  const text = buildKubeconfig({
    clusterName: "trinity-dev-azure",
    endpoint: "https://abc.hcp.eastus.azmk8s.io:443",
    certificateAuthority: authority,
  });
  const kubeconfig = load(text) as Kubeconfig;

  test("names the API server and its authority", () => {
    assert.deepEqual(kubeconfig.clusters[0].cluster, {
      server: "https://abc.hcp.eastus.azmk8s.io:443",
      "certificate-authority-data": authority,
    });
  });

  test("gets its token from the Azure CLI's login, on a laptop and in CI alike", () => {
    const { exec } = kubeconfig.users[0].user;
    assert.equal(exec.command, "kubelogin");
    assert.deepEqual(exec.args, ["get-token", "--login", "azurecli", "--server-id", aksServerApplication]);
    assert.equal(exec.interactiveMode, "Never");
  });

  test("holds no device code, account, tenant or static credential", () => {
    assert.doesNotMatch(text, /devicecode|client-id|tenant|subscription|client-certificate|client-key|"token"/);
  });

  test("is the same text for the same cluster", () => {
    const cluster = { clusterName: "a", endpoint: "b", certificateAuthority: "c" };
    assert.equal(buildKubeconfig(cluster), buildKubeconfig({ ...cluster }));
  });
});
