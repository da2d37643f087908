import { z } from "zod";
import { defineFunction } from "../kernel/definition";
import { guid, simulatedTenant, subscriptionOf } from "./arm";

/** Who the provider is logged in as. It asks nobody: the login knows. */
export const getClientConfig = defineFunction({
  token: "azure-native:authorization:getClientConfig",
  source: "azure-native, functions: getClientConfig",
  inputs: z.strictObject({}),
  call: (_, { config }) => ({
    clientId: guid("client of the administrator"),
    objectId: guid("object of the administrator"),
    subscriptionId: subscriptionOf(config),
    tenantId: simulatedTenant,
  }),
});
