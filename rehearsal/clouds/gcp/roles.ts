/** Permission that a pull needs. Source: cloud.google.com/artifact-registry/docs/access-control */
export const pullPermission = "artifactregistry.repositories.downloadArtifacts";

/**
 * Predefined roles that hold {@link pullPermission}. The basic roles are left out: no node should have one.
 * Source: cloud.google.com/iam/docs/roles-permissions/artifactregistry
 */
export const pullRoles: readonly string[] = [
  "roles/artifactregistry.reader",
  "roles/artifactregistry.writer",
  "roles/artifactregistry.repoAdmin",
  "roles/artifactregistry.admin",
  "roles/artifactregistry.createOnPushWriter",
  "roles/artifactregistry.createOnPushRepoAdmin",
];

/**
 * OAuth scopes of a node that let it ask for an image at all.
 * Source: cloud.google.com/artifact-registry/docs/access-control, "Google Kubernetes Engine"
 */
export const pullScopes: readonly string[] = [
  "https://www.googleapis.com/auth/cloud-platform",
  "https://www.googleapis.com/auth/devstorage.read_only",
];

/** What nodes get when no scopes are given. Source: terraform-provider-google container/node_config.go, defaultOauthScopes */
export const defaultScopes: readonly string[] = [
  "https://www.googleapis.com/auth/devstorage.read_only",
  "https://www.googleapis.com/auth/logging.write",
  "https://www.googleapis.com/auth/monitoring",
  "https://www.googleapis.com/auth/service.management.readonly",
  "https://www.googleapis.com/auth/servicecontrol",
  "https://www.googleapis.com/auth/trace.append",
];
