const path = require("node:path");
require("./load");

/** What `pulumi preview --policy-pack policy` runs. */
require("./pack").startPack(path.join(__dirname, "settings.yaml"));
