"use strict";

/**
 * A kubelet's credential provider: reads which image is to be pulled, gets the node's login from the simulated cloud,
 * and prints it. Its file's name says which cloud's it is. Plain JavaScript without dependencies, since a kubelet starts
 * it for pulls, and waits.
 *
 * Source: kubernetes.io/docs/tasks/administer-cluster/kubelet-credential-provider
 *
 * Environment: TRINITY_NODE_ENDPOINT, TRINITY_NODE_SECRET (a file), and for Azure HTTPS_PROXY and SSL_CERT_FILE.
 */

const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { URL, URLSearchParams } = require("node:url");

const apiVersion = "credentialprovider.kubelet.k8s.io/v1";
const timeoutMilliseconds = 10_000;

async function main() {
  const request = JSON.parse(fs.readFileSync(0, "utf8"));
  if (request.kind !== "CredentialProviderRequest" || request.apiVersion !== apiVersion) {
    throw new Error(
      `a CredentialProviderRequest of ${apiVersion} is wanted, not ${request.kind} of ${request.apiVersion}`,
    );
  }
  const host = request.image.split("/")[0];
  const { username, token } = await askNode(request.image);
  const isAzure = path.basename(process.argv[1]) === "acr-credential-provider" && host.includes(".azurecr.");
  const password = isAzure ? await exchange(host, token) : token;
  return {
    apiVersion,
    kind: "CredentialProviderResponse",
    cacheKeyType: "Registry",
    // Short, so that a kubelet soon sees what was granted or taken away. The clouds' own hold logins for hours.
    cacheDuration: "1m0s",
    auth: { [host]: { username, password } },
  };
}

/** Asks the node's own cloud, on this machine, whatever proxy there is. */
async function askNode(image) {
  const url = new URL(setting("TRINITY_NODE_ENDPOINT"));
  url.searchParams.set("image", image);
  const secret = fs.readFileSync(setting("TRINITY_NODE_SECRET"), "utf8");
  const options = { agent: new http.Agent(), headers: { authorization: `Bearer ${secret}` } };
  const { status, text } = await send(http.request(url, options));
  if (status !== 200) throw new Error(`the node's cloud gave no login for ${image}: ${status} ${text}`);
  return JSON.parse(text);
}

/** Azure's registry gives a login for an identity. Source: Azure/acr, docs/AAD-OAuth.md */
async function exchange(host, token) {
  const https = require("node:https");
  const agent = new https.Agent({ proxyEnv: { HTTPS_PROXY: setting("HTTPS_PROXY") } });
  const form = new URLSearchParams({ grant_type: "access_token", service: host, access_token: token }).toString();
  const options = {
    agent,
    method: "POST",
    ca: fs.readFileSync(setting("SSL_CERT_FILE")),
    headers: { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(form) },
  };
  const { status, text } = await send(https.request(`https://${host}/oauth2/exchange`, options), form);
  if (status !== 200) throw new Error(`ACR token exchange endpoint returned error status: ${status}. body: ${text}`);
  return JSON.parse(text).refresh_token;
}

function send(request, body) {
  return new Promise((resolve, reject) => {
    request.setTimeout(timeoutMilliseconds, () => request.destroy(new Error(`no answer in ${timeoutMilliseconds} ms`)));
    request.once("error", reject);
    request.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => (text += part));
      response.once("error", reject);
      response.once("end", () => resolve({ status: response.statusCode, text }));
    });
    request.end(body);
  });
}

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

main().then(
  (response) => {
    process.stdout.write(JSON.stringify(response));
  },
  (error) => {
    process.stderr.write(`${path.basename(process.argv[1])}: ${error.message}\n`);
    process.exitCode = 1;
  },
);
