// dist/ for the package: src/ as JavaScript, beside it the files that are read at run time (the page at `/`, …).
// Node.js does not strip types under node_modules, so an installed package cannot run src/ itself.

import { cpSync, globSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { runTool } from "./tool.mjs";

export async function build() {
  rmSync("dist", { recursive: true, force: true });
  // Types only vanish (erasableSyntaxOnly): whether they are right is for `npm run check`, and does not change what comes out.
  const code = await runTool("typescript", "tsc", ["-p", "tsconfig.build.json", "--noCheck"]);
  if (code !== 0) return code;
  const assets = globSync("src/**/*").filter((path) => !path.endsWith(".ts") && statSync(path).isFile());
  for (const asset of assets) cpSync(asset, join("dist", relative("src", asset)));
  return 0;
}
