import type { Deed } from "./access";
import type { RegistryOwner } from "./hosts";

/** An answer that refuses a request, in the form of the OCI distribution specification ("Error Codes"). */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly detail?: unknown;
}

/** Missing or wrong login. */
export function unauthorized(host: string): Refusal {
  return { status: 401, code: "UNAUTHORIZED", message: `authentication required: no valid login for ${host}` };
}

/**
 * A token was asked for without a login. Artifact Registry's words are those in argoproj/argo-cd#26260; containerd tells
 * of Azure's as "failed to fetch anonymous token: … 401 Unauthorized".
 */
export function anonymous(deed: Deed): Refusal {
  return deed.owner === "gcp"
    ? {
        status: 403,
        code: "DENIED",
        message:
          `Unauthenticated request. Unauthenticated requests do not have permission "${gcpPermissions[deed.action]}" ` +
          `on resource "${gcpResource(deed)}" (or it may not exist)`,
      }
    : azureDenied(deed);
}

/**
 * A caller that may not do what it asks for, in its cloud's words; clients print the code in lower case before them.
 *
 * - ECR: awslabs/amazon-ecr-credential-helper#88. Newer answers go on to say which kind of policy is missing.
 * - Artifact Registry: terraform-google-modules/terraform-google-kubernetes-engine#1779.
 * - Azure, which says neither who nor what: Azure/acr#841.
 *
 * @param who what the caller is called in its cloud
 */
export function denied(deed: Deed, who: string): Refusal {
  switch (deed.owner) {
    case "aws":
      return { status: 403, code: "DENIED", message: ecrWords(deed, who) };
    case "gcp":
      return {
        status: 403,
        code: "DENIED",
        message: `Permission "${gcpPermissions[deed.action]}" denied on resource "${gcpResource(deed)}" (or it may not exist)`,
      };
    case "azure":
      return azureDenied(deed);
    case "stand-in":
      return { status: 403, code: "DENIED", message: `${who} may not ${deed.action} ${deed.name}` };
  }
}

/** AWS's words for a call that no policy allows, or one denies. @param who ARN of whoever called */
export function notAuthorized(who: string, action: string, resource: string): string {
  return `User: ${who} is not authorized to perform: ${action} on resource: ${resource}`;
}

/** The first call that each kind of request makes (Amazon ECR user guide, "Registry policy"; service reference). */
const ecrActions: Readonly<Record<Deed["action"], Readonly<Record<Deed["kind"], string>>>> = {
  pull: {
    manifests: "ecr:BatchGetImage",
    blobs: "ecr:GetDownloadUrlForLayer",
    tags: "ecr:ListImages",
    referrers: "ecr:ListImageReferrers",
  },
  push: {
    manifests: "ecr:PutImage",
    blobs: "ecr:InitiateLayerUpload",
    tags: "ecr:PutImage",
    referrers: "ecr:PutImage",
  },
};

function ecrWords({ host, name, action, kind }: Deed, who: string): string {
  const [account = "", , , region = ""] = host.split(".");
  const partition = host.endsWith(".cn") ? "aws-cn" : "aws";
  return notAuthorized(who, ecrActions[action][kind], `arn:${partition}:ecr:${region}:${account}:repository/${name}`);
}

const gcpPermissions = {
  pull: "artifactregistry.repositories.downloadArtifacts",
  push: "artifactregistry.repositories.uploadArtifacts",
} as const;

function gcpResource({ host, name }: Deed): string {
  const [project = "", repository = ""] = name.split("/");
  return `projects/${project}/locations/${host.replace(/-docker\.pkg\.dev$/, "")}/repositories/${repository}`;
}

function azureDenied({ name, action }: Deed): Refusal {
  return {
    status: 401,
    code: "UNAUTHORIZED",
    message: "authentication required, visit https://aka.ms/acr/authorization for more information.",
    detail: name === "" ? undefined : [{ Type: "repository", Name: name, Action: action }],
  };
}

/**
 * The repository does not exist. ECR and Artifact Registry make none on push (ECR user guide, "Pushing a Docker
 * image"; Artifact Registry, "Push and pull images"); ACR does, so there it is the registry that is missing.
 */
export function unknownRepository(owner: RegistryOwner, host: string, name: string): Refusal {
  const messages: Record<RegistryOwner, string> = {
    aws: `The repository with name '${name}' does not exist in the registry with id '${host.slice(0, 12)}'`,
    gcp: `Repository "${name.split("/")[1] ?? name}" not found`,
    azure: `The registry ${host} does not exist`,
    "stand-in": `repository ${name} not found`,
  };
  return { status: 404, code: "NAME_UNKNOWN", message: messages[owner] };
}

/**
 * The tag names an image already and may not change. ECR refuses even the same image again
 * (aws/containers-roadmap#2179); its words are those that clients print (moby/buildkit#3776). The others' words are
 * this rehearsal's own.
 */
export function immutableTag(owner: RegistryOwner, name: string, tag: string): Refusal {
  return owner === "aws"
    ? {
        status: 400,
        code: "TAG_INVALID",
        message:
          `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the ` +
          `repository is immutable.`,
      }
    : {
        status: 409,
        code: "DENIED",
        message: `tag ${tag} of ${name} names another image and the repository's tags are immutable`,
      };
}
