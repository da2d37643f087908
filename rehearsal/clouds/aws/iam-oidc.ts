import { z } from "zod";
import { defineResource, type ResourceDefinition } from "../kernel/definition";
import { arn } from "./account";
import { tags, tagsAll } from "./common";
import { seconds } from "./durations";

/** Longest URL, and numbers of audiences and of thumbprints (IAM API CreateOpenIDConnectProvider). */
const limits = { url: 255, clientIds: 100, clientId: 255, thumbprints: 5 } as const;

export const openIdConnectProvider: ResourceDefinition = defineResource({
  type: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  source: "IAM API CreateOpenIDConnectProvider, AddClientIDToOpenIDConnectProvider, DeleteOpenIDConnectProvider",
  inputs: z.strictObject({
    url: z.string().max(limits.url).refine(isIssuer, "ValidationError: https://, no port number, no query parameters"),
    clientIdLists: z
      .array(z.string().min(1).max(limits.clientId))
      .min(1)
      .max(limits.clientIds, "LimitExceeded: at most 100 client ids"),
    thumbprintLists: z.array(z.string().length(40, "40 characters")).max(limits.thumbprints).optional(),
    tags,
  }),
  immutable: ["url"],
  computed: ["arn", "thumbprintLists", "tagsAll"],
  // One for each URL in an account, the path included.
  identity: (inputs) => withoutScheme(inputs.url),
  taken: "EntityAlreadyExists",
  seconds: seconds.principal,
  permissions: {
    create: "iam:CreateOpenIDConnectProvider",
    update: "iam:AddClientIDToOpenIDConnectProvider",
    delete: "iam:DeleteOpenIDConnectProvider",
    read: "iam:GetOpenIDConnectProvider",
  },
  create: (inputs, { config }) => {
    const own = arn("iam", "", `oidc-provider/${withoutScheme(inputs.url)}`);
    // Without one, IAM gets it from the issuer.
    const thumbprintLists = inputs.thumbprintLists ?? ["0".repeat(40)];
    return { id: own, outputs: { arn: own, thumbprintLists, ...tagsAll(inputs, config) } };
  },
});

function isIssuer(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "https:" && url.port === "" && url.search === "" && !/:\d+(\/|$)/.test(withoutScheme(text));
}

function withoutScheme(url: string): string {
  return url.replace(/^https:\/\//, "");
}
