import { runMain } from "../../run-main";
import { play } from "./played";

/** A stand-in of a cloud's command. Arguments: the folder of the simulated clouds, the command, and its own arguments. */
runMain(async () => {
  const [worlds = "", name = "", ...args] = process.argv.slice(2);
  process.stdout.write(`${await play(worlds, name, args, process.env)}\n`);
  return 0;
});
