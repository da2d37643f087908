import assert from "node:assert/strict";
import * as fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { decodeJwt } from "jose";
import { renewStateLogin } from "../../ci/login/renew";
import { deployJob, issuerFor } from "../clouds/jobs";
import { temporaryFolder } from "../support/simulation";

test("the state's login gets a new token; a file that no login of the job made is left alone", async (context) => {
  const temporary = temporaryFolder(context);
  const issuer = await issuerFor(context);
  const environment = {
    RUNNER_TEMP: temporary,
    GITHUB_ENV: path.join(temporary, "env"),
    ...issuer.environment(deployJob),
  };
  const renewed = async (file: string) => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, "old");
    await renewStateLogin({ ...environment, AZURE_FEDERATED_TOKEN_FILE: file }, context.signal);
    return fs.readFileSync(file, "utf8");
  };
  const own = path.join(temporary, "trinity-1", "azure-token");
  assert.equal(decodeJwt(await renewed(own)).aud, "api://AzureADTokenExchange");
  assert.equal(fs.statSync(own).mode & 0o777, 0o600);
  assert.deepEqual(fs.readdirSync(path.dirname(own)), ["azure-token"]);
  assert.equal(await renewed(path.join(temporary, "serviceaccount", "token")), "old");
  await renewStateLogin(environment, context.signal);
});
