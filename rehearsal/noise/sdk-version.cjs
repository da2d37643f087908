/**
 * Loaded into a stack's program before anything else: an SDK says that it is of another version, which the engine then asks
 * for a provider of. Environment: TRINITY_SDK_VERSION, `<package>=<version>`.
 */
const Module = require("node:module");
const path = require("node:path");

const [name = "", version = ""] = (process.env.TRINITY_SDK_VERSION ?? "").split("=");
const load = Module._extensions[".json"];
Module._extensions[".json"] = (module, file) => {
  load(module, file);
  if (file.endsWith(path.join("@pulumi", name, "package.json"))) module.exports.version = version;
};
