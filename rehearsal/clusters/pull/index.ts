export { nodePullRules } from "./access";
export { type NodeCredentials, type NodeCredentialsOptions, writeNodeCredentials } from "./credentials";
export { type NodeIdentity, type NodeIdentityOptions, startNodeIdentity } from "./identity";
