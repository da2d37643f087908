import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rootCertificates } from "node:tls";
import { createHostAuthority } from "../../rehearsal/registry/authority";
import { loginLines, npmSecrets, unknownAuthorities } from "../../rehearsal/npm/settings";

describe("npm's settings for an image build", () => {
  test("have the logins of a .npmrc, with its variables replaced, and nothing else of it", () => {
    const npmrc = [
      "; a comment",
      "save-exact=true",
      "//one.example.com/:_authToken=${TOKEN}",
      "//two.example.com/npm/:username = someone",
      "//two.example.com/npm/:_password=cGFzc3dvcmQ=",
      "//two.example.com/npm/:always-auth=true",
      "//three.example.com/:_authToken=${NONE}${NONE?}",
    ].join("\r\n");
    assert.deepEqual(loginLines(npmrc, { TOKEN: "t" }), [
      "//one.example.com/:_authToken=t",
      "//two.example.com/npm/:username = someone",
      "//two.example.com/npm/:_password=cGFzc3dvcmQ=",
      "//three.example.com/:_authToken=${NONE}",
    ]);
  });

  test("name the registry that is in force here, and logins of variables", async () => {
    const { npmrc } = await npmSecrets({ ...process.env, "npm_config_//one.example.com/:_authToken": "t" });
    assert.match(npmrc, /^registry="https?:\/\/\S+"$/m);
    assert.match(npmrc, /^\/\/one\.example\.com\/:_authToken="t"$/m);
  });

  test("have each certificate that Node.js does not bring itself, once", async () => {
    const { certificate } = await createHostAuthority();
    const known = rootCertificates.slice(0, 3).join("\n");
    const authorities = unknownAuthorities([`${known}\n${certificate}\n`, certificate, ""]);
    assert.equal(authorities.trim(), certificate.trim());
    assert.equal(unknownAuthorities([known]), "");
  });
});
