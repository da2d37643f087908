const path = require("node:path");
const tsNode = require("ts-node");

// The engine loads TypeScript by a ts-node that checks all types on every run, which takes seconds and is the work of
// `npm run check` (@pulumi/pulumi cmd/run-policy-pack/run.js). Two at once would both compile each file.
process[tsNode.REGISTER_INSTANCE]?.enabled(false);
tsNode.register({ project: path.join(__dirname, "../tsconfig.json"), transpileOnly: true });
