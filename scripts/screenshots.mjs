// Pictures of every screen of the pages into .seatway-screens/, or the folder that is named (test/browser/screenshots.ts).

import { prepareScreens } from "./peers.mjs";
import { runProgram } from "./tool.mjs";

export function screenshots(args) {
  prepareScreens();
  return runProgram(process.execPath, [
    "--disable-warning=ExperimentalWarning",
    "test/browser/screenshots.ts",
    ...args,
  ]);
}
