// Pictures of every screen of the pages into .seatway-screens/, or the folder that is named (test/browser/screenshots.ts).

import { runProgram } from "./tool.mjs";

export const screenshots = (args) =>
  runProgram(process.execPath, ["--disable-warning=ExperimentalWarning", "test/browser/screenshots.ts", ...args]);
