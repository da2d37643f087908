import { runProvider } from "../kernel/main";
import { provider } from "./provider";

runProvider(provider);
