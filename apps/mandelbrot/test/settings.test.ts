import assert from "node:assert/strict";
import * as fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, it } from "node:test";
import { readSettings } from "../src/settings.js";

const secret = "0123456789abcdef0123456789abcdef";
const peers = '{"aws":"http://aws.example.com","gcp":"https://gcp.example.com:8443/"}';

describe("settings", () => {
  it("need nothing: one cloud of no name, for this machine alone", () => {
    const settings = readSettings({});
    assert.deepEqual([settings.cloud, settings.host, settings.port], ["local", "127.0.0.1", 8080]);
    assert.equal(settings.workers, os.availableParallelism());
    assert.equal(settings.stageUrls.size, 0);
  });

  it("take an empty variable for one that is not set", () => {
    assert.equal(readSettings({ PORT: "", CLOUD: "" }).port, 8080);
  });

  it("name the other clouds, and leave out this one", () => {
    const { stageUrls, stageSecrets } = readSettings({ CLOUD: "aws", STAGE_URLS: peers, STAGE_SECRET: secret });
    assert.deepEqual([...stageUrls], [["gcp", new URL("https://gcp.example.com:8443/")]]);
    assert.deepEqual(stageSecrets, [secret]);
  });

  it("come from files, as ConfigMaps and Secrets are mounted", (context) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "mandelbrot-settings-"));
    context.after(() => {
      fs.rmSync(folder, { recursive: true });
    });
    const [urls, secrets] = [path.join(folder, "stage-urls.json"), path.join(folder, "secret")];
    fs.writeFileSync(urls, peers);
    fs.writeFileSync(secrets, `${secret}-new\n${secret}-old\n`);
    const settings = readSettings({ CLOUD: "azure", STAGE_URLS_FILE: urls, STAGE_SECRET_FILE: secrets });
    assert.deepEqual([...settings.stageUrls.keys()], ["aws", "gcp"]);
    assert.deepEqual(settings.stageSecrets, [`${secret}-new`, `${secret}-old`]);
  });

  it("take tag and digest from the image's reference", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const image = (reference: string) => {
      const settings = readSettings({ IMAGE: reference });
      return [settings.version, settings.digest];
    };
    assert.deepEqual(image(`registry.example.com:5000/some/mandelbrot:sha-1@${digest}`), ["sha-1", digest]);
    assert.deepEqual(image(`registry.example.com/mandelbrot@${digest}`), ["", digest]);
    assert.deepEqual(image("registry.example.com:5000/mandelbrot"), ["", ""]);
    assert.deepEqual(image("mandelbrot:v1"), ["v1", ""]);
  });

  const wrong: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ PORT: "80.5" }, /PORT is "80.5": a whole number from 0 to 65535/],
    [{ PORT: "70000" }, /PORT is "70000": a whole number from 0 to 65535/],
    [{ WORKERS: "0" }, /WORKERS is "0"/],
    [{ CLOUD: "ibm", PORT: "x" }, /PORT is "x"[^]*CLOUD is "ibm"|CLOUD is "ibm"[^]*PORT is "x"/],
    [{ HOST: "example.com" }, /HOST is "example.com"/],
    [{ IMAGE: "mandelbrot:v1@sha256:12" }, /IMAGE is "mandelbrot:v1@sha256:12": <repository>:<tag>@sha256:<64/],
    [{ REGION: "<script>" }, /REGION is "<script>"/],
    [{ CLOUD: "aws", STAGE_URLS: peers }, /STAGE_SECRET/],
    [{ STAGE_URLS: peers, STAGE_SECRET: secret }, /CLOUD must say which one/],
    [{ CLOUD: "aws", STAGE_URLS: "nonsense", STAGE_SECRET: secret }, /STAGE_URLS is no JSON/],
    [{ CLOUD: "aws", STAGE_URLS: '{"gcp":"ftp://x"}', STAGE_SECRET: secret }, /STAGE_URLS: gcp/],
    [{ CLOUD: "aws", STAGE_URLS: '{"ibm":"http://x"}', STAGE_SECRET: secret }, /STAGE_URLS: /],
    [{ CLOUD: "aws", STAGE_URLS: '{"gcp":"http://u:p@x"}', STAGE_SECRET: secret }, /gcp: the address has a user/],
    [
      { CLOUD: "aws", STAGE_URLS: '{"gcp":"http://x/base/"}', STAGE_SECRET: secret },
      /gcp: the address has a user, a path/,
    ],
    [{ STAGE_URLS: "{}", STAGE_URLS_FILE: "/x" }, /both set/],
    [{ STAGE_SECRET_FILE: "/nowhere" }, /STAGE_SECRET_FILE names \/nowhere/],
  ];
  for (const [environment, message] of wrong) {
    it(`refuse ${JSON.stringify(environment)}`, () => {
      assert.throws(() => readSettings(environment), { name: "SettingsError", message });
    });
  }

  it("do not show a secret that is refused", () => {
    assert.throws(
      () => readSettings({ STAGE_SECRET: "too-short-a-secret" }),
      (error: Error) => error.message.includes("fewer than 32") && !error.message.includes("too-short"),
    );
  });
});
