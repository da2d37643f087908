import assert from "node:assert/strict";
import { test } from "node:test";
import { play } from "../../rehearsal/clouds/commands/played";
import { temporaryFolder } from "../support/simulation";

/** Calls of the clouds' commands that this repository makes, and what they say to nobody. What they say to jobs is walked. */
const calls: readonly (readonly [string, string, RegExp])[] = [
  ["aws", "ecr get-login-password --region us-east-1", /Unable to locate credentials/],
  ["aws", "eks get-token --cluster-name trinity-dev-aws --region us-east-1 --output json", /Unable to locate/],
  ["gcloud", "auth print-access-token --quiet", /active account/],
  ["gke-gcloud-auth-plugin", "", /active account/],
  ["az", "acr login --name trinitydevazureacr --expose-token --query accessToken", /az login/],
  ["kubelogin", "get-token --login azurecli --server-id 6dae42f8", /az login/],
];

for (const [name, args, words] of calls) {
  test(`${name} ${args}: refuses whoever is not logged in`, async (context) => {
    const given = args.split(" ").filter((word) => word !== "");
    await assert.rejects(play(temporaryFolder(context), name, given, {}), words);
  });
}

for (const [name, args] of [
  ["aws", "s3 ls"],
  ["gcloud", "projects list"],
  ["gke-gcloud-auth-plugin", "--version"],
  ["az", "account show"],
  ["kubelogin", "convert-kubeconfig"],
  ["kubectl", "get pods"],
] as const) {
  test(`${name} ${args}: is not played`, async (context) => {
    await assert.rejects(play(temporaryFolder(context), name, args.split(" "), {}), /is not played/);
  });
}
