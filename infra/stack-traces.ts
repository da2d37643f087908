import { setSourceMapsSupport } from "node:module";

// Imported before anything else of this repository. Pulumi takes a stack for every promise and resource, and ts-node
// would map each frame of it in JavaScript, the SDKs' frames too: a tenth of a preview. Node.js maps the frames of the
// modules that are loaded from here on, this repository's only.
Reflect.deleteProperty(Error, "prepareStackTrace");
setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
