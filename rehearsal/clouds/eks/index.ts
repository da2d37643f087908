import * as pulumi from "@pulumi/pulumi";
import { endWithEngine } from "../kernel/end-with-engine";
import { Cluster } from "./cluster";

/**
 * Entry of the plugin for @pulumi/eks: a component provider, whose resources go to the AWS provider of the same run.
 * Arguments: the folder of the worlds, which it has no use for, and the version (from the plugin's launcher), then the
 * engine's address (from the engine).
 */
const [, version = "", ...fromEngine] = process.argv.slice(2);

const provider: pulumi.provider.Provider = {
  version,
  schema: JSON.stringify({ name: "eks", version }),
  // An error that is thrown must reach the engine as a rejection.
  construct: async (name, type, inputs, options) => {
    if (type !== "eks:index:Cluster") {
      throw new Error(`the simulated provider eks does not know ${type}; it knows eks:index:Cluster`);
    }
    const cluster = new Cluster(name, inputs, options);
    return Promise.resolve({ urn: cluster.urn, state: cluster.state });
  },
};

endWithEngine();
void pulumi.provider.main(provider, fromEngine);
