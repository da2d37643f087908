import type { CloudName } from "../../infra/clouds";
import * as aws from "./aws/log-in";
import * as azure from "./azure-native/log-in";
import * as gcp from "./gcp/log-in";
import type { ActAgain, LogIn } from "./kernel/actor";

/** How each cloud lets somebody in, and knows whom it has let in before. */
export const logIns: Readonly<Record<CloudName, { readonly logIn: LogIn; readonly actAgain: ActAgain }>> = {
  aws,
  gcp,
  azure,
};
