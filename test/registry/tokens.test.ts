import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sessionOf } from "../../rehearsal/registry/access";
import { actionOf, readScopes, scopeFor } from "../../rehearsal/registry/scopes";
import { challenge } from "../../rehearsal/registry/token-service";
import { type Claims, Tokens } from "../../rehearsal/registry/tokens";

describe("a token", () => {
  const claims: Claims = { use: "login", node: { cloud: "gcp", cluster: "trinity", name: "node-0" } };

  test("says what it was issued for until it expires", (context) => {
    context.mock.timers.enable({ apis: ["Date"], now: 0 });
    const tokens = new Tokens();
    const token = tokens.issue(claims, 60);
    context.mock.timers.setTime(59_999);
    assert.deepEqual(tokens.read(token), claims);
    context.mock.timers.setTime(60_000);
    assert.equal(tokens.read(token), undefined);
  });

  test("is nothing when it was changed, or signed by somebody else", () => {
    const tokens = new Tokens();
    const token = tokens.issue(claims, 60);
    const [body = "", signature = ""] = token.split(".");
    const forged = Buffer.from(Buffer.from(body, "base64url").toString().replace("node-0", "node-1"));
    for (const wrong of [
      `${forged.toString("base64url")}.${signature}`,
      body,
      `${body}.`,
      "",
      ".",
      token.slice(0, -2),
    ]) {
      assert.equal(tokens.read(wrong), undefined, wrong);
    }
    assert.equal(new Tokens().read(token), undefined);
  });
});

describe("scopes", () => {
  const table: [string[], unknown][] = [
    [["repository:a/b:pull"], [{ name: "a/b", actions: ["pull"] }]],
    [
      ["repository:a:pull,push repository:b:pull"],
      [
        { name: "a", actions: ["pull", "push"] },
        { name: "b", actions: ["pull"] },
      ],
    ],
    [
      ["repository:a:pull", "repository:b:push"],
      [
        { name: "a", actions: ["pull"] },
        { name: "b", actions: ["push"] },
      ],
    ],
    [["repository:a:*,delete"], [{ name: "a", actions: [] }]],
    [["registry:catalog:*", "", "repository::pull", "repository:a:pull:b"], []],
  ];
  for (const [given, expected] of table) {
    test(`of ${given.join(" and ")}`, () => {
      assert.deepEqual(readScopes(given), expected);
    });
  }

  test("say what a request needs", () => {
    assert.equal(scopeFor("a", actionOf("HEAD")), "repository:a:pull");
    assert.equal(scopeFor("a", actionOf("PATCH")), "repository:a:pull,push");
    assert.equal(scopeFor("a", actionOf("DELETE")), "repository:a:pull,push");
  });
});

test("each cloud's registry says how to log in there", () => {
  assert.equal(challenge("aws", "h", "s"), 'Basic realm="https://h/",service="h"');
  assert.equal(challenge("stand-in", "h"), 'Basic realm="https://h/",service="h"');
  assert.equal(challenge("gcp", "h", "s"), 'Bearer realm="https://h/v2/token",service="h",scope="s"');
  assert.equal(
    challenge("azure", "h", undefined, "invalid_token"),
    'Bearer realm="https://h/oauth2/token",service="h",error="invalid_token"',
  );
});

test("an instance calls AWS by a session of its role", () => {
  const table = [
    ["arn:aws:iam::123456789012:role/nodes", "arn:aws:sts::123456789012:assumed-role/nodes/i-0"],
    ["arn:aws-cn:iam::123456789012:role/path/nodes", "arn:aws-cn:sts::123456789012:assumed-role/nodes/i-0"],
    ["nobody", "nobody"],
  ] as const;
  for (const [identity, session] of table) {
    assert.equal(sessionOf(identity, "i-0"), session);
  }
});
