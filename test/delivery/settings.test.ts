import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { gitHubAddress } from "../../delivery/host/address";
import { parseTag } from "../../delivery/tag";
import { checkRepository, readCloudSettings } from "../../delivery/settings";
import { cloudNames } from "../../infra/clouds";
import { repositories } from "./platform";

const settings = {
  file: "stacks/Pulumi.dev-aws.yaml",
  gitops: { repository: "-", revision: "HEAD" },
  project: "trinity",
  azureProject: undefined,
};
const own = repositories("web", "dev");

for (const cloud of cloudNames) {
  test(`an app's own repository on ${cloud} is known by the platform's names, any other refused`, () => {
    checkRepository("outputs", own[cloud], "web", "dev", cloud, settings);
    const others = [
      repositories("webb", "dev")[cloud],
      repositories("web", "prod")[cloud],
      ...cloudNames.filter((other) => other !== cloud).map((other) => own[other]),
      "docker.io/library/web",
    ];
    for (const other of others) {
      assert.throws(() => {
        checkRepository("outputs", other, "web", "dev", cloud, settings);
      }, /is not the image repository of app "web"/);
    }
  });
}

test("a registry's name of its own on Azure is followed", () => {
  const renamed = { ...settings, azureProject: "acme" };
  checkRepository("outputs", "acmeazureacr.azurecr.io/web", "web", "dev", "azure", renamed);
  assert.throws(() => {
    checkRepository("outputs", own.azure, "web", "dev", "azure", renamed);
  }, /is not the image repository/);
});

for (const [cloud, repository] of [
  ["aws", "evil.example/x.dkr.ecr.y/trinity-dev-aws-web"],
  ["aws", "evil.example/111122223333.dkr.ecr.us-east-1.amazonaws.com/trinity-dev-aws-web"],
  ["aws", "111122223333.dkr.ecr.us-east-1.amazonaws.com.evil.example/trinity-dev-aws-web"],
  ["gcp", "evil.example/a-docker.pkg.dev/p/trinity-dev-gcp-web/web"],
  ["gcp", "us-docker.pkg.dev.evil.example/p/trinity-dev-gcp-web/web"],
  ["azure", "trinitydevazureacr.azurecr.evil.example/web"],
  ["azure", "evil.example/trinitydevazureacr.azurecr.io/web"],
] as const) {
  test(`${repository} is on no host of ${cloud}`, () => {
    assert.throws(() => {
      checkRepository("outputs", repository, "web", "dev", cloud, settings);
    }, /on a host of that cloud/);
  });
}

for (const [cloud, repository] of [
  ["aws", "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/trinity-dev-aws-web"],
  ["gcp", "europe-west1-docker.pkg.dev/example.com:p-1/trinity-dev-gcp-web/web"],
  ["azure", "trinitydevazureacr.azurecr.cn/web"],
] as const) {
  test(`${repository} is on a host of ${cloud}`, () => {
    checkRepository("outputs", repository, "web", "dev", cloud, settings);
  });
}

for (const repository of ["--upload-pack=touch x", ""]) {
  test(`"${repository}" is no address of what Argo CD reads`, () => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-test-"));
    try {
      fs.mkdirSync(path.join(root, "stacks"));
      const text = `config:\n  trinity:project: x\n  trinity:gitops:\n    repository: "${repository}"\n`;
      fs.writeFileSync(path.join(root, settings.file), text);
      assert.throws(() => readCloudSettings(root, "dev", "aws"), {
        message: /stacks\/Pulumi\.dev-aws\.yaml is not valid:.*does not begin with -.*trinity:gitops.*repository/s,
      });
    } finally {
      fs.rmSync(root, { recursive: true });
    }
  });
}

const commit = "0123456789abcdef0123456789abcdef01234567";
for (const [tag, expected] of [
  [`sha-${commit}`, { commit, time: undefined }],
  [`pr-12-${commit}`, { commit, time: undefined }],
  [`feature-x.1.20260102-030405.${commit}`, { commit, time: "20260102-030405" }],
] as const) {
  test(`tag ${tag} tells its commit`, () => {
    assert.deepEqual(parseTag(tag), expected);
  });
}

for (const [address, expected] of [
  ["https://github.com/example/trinity.git", "example/trinity"],
  ["https://github.com/example/trinity", "example/trinity"],
  ["git@github.com:example/trinity.git", "example/trinity"],
  ["ssh://git@github.com/example/trinity.git", "example/trinity"],
  ["https://gitlab.com/example/trinity.git", undefined],
  ["https://github.com.evil.example/example/trinity.git", undefined],
  ["/srv/git/trinity.git", undefined],
] as const) {
  test(`${address} is ${expected === undefined ? "not " : ""}on GitHub`, () => {
    const found = gitHubAddress(address, {});
    assert.equal(found && `${found.owner}/${found.name}`, expected);
  });
}

test("another GitHub server is recognised by the variables of its Actions", () => {
  const environment = {
    GITHUB_SERVER_URL: "https://git.example.com",
    GITHUB_API_URL: "https://git.example.com/api/v3",
  };
  assert.equal(gitHubAddress("https://git.example.com/a/b.git", environment)?.api, "https://git.example.com/api/v3");
  assert.equal(gitHubAddress("https://github.com/a/b.git", environment), undefined);
});

test("an environment's name leads to no other folder", () => {
  assert.throws(() => readCloudSettings(os.tmpdir(), "../../x", "aws"), /"\.\.\/\.\.\/x" is no environment's name/);
});

test("a login in a repository's address is refused, and not told", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trinity-test-"));
  try {
    fs.mkdirSync(path.join(folder, "stacks"));
    const text = 'config:\n  trinity:gitops:\n    repository: "https://ada:secret@example.com/x.git"\n';
    fs.writeFileSync(path.join(folder, "stacks/Pulumi.dev-aws.yaml"), text);
    assert.throws(
      () => readCloudSettings(folder, "dev", "aws"),
      ({ message }: Error) => /without a login.*use GH_TOKEN/.test(message) && !message.includes("secret"),
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
