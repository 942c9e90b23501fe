// dist/ for the package: src/ as JavaScript, beside it the files that are read at run time (the page at `/watch`, …), and web/ as
// the browser gets it.
// Node.js does not strip types under node_modules, so an installed package cannot run src/ itself.

import { cpSync, globSync, rmSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { writeBill } from "./sbom.ts";
import { runTool } from "./tool.mjs";
import { buildWeb } from "./web.mjs";

export async function build() {
  rmSync("dist", { recursive: true, force: true });
  // Types only vanish (erasableSyntaxOnly): whether they are right is for `npm run check`, and does not change what comes out.
  const code = await runTool("typescript", "tsc", ["-p", "tsconfig.build.json", "--noCheck"]);
  if (code !== 0) return code;
  // What programs that use the client import: its types, and those of the contract that it speaks.
  const types = await runTool("typescript", "tsc", ["-p", "tsconfig.client.json", "--noCheck"]);
  if (types !== 0) return types;
  const assets = globSync("src/**/*").filter((path) => !path.endsWith(".ts") && statSync(path).isFile());
  for (const asset of assets) cpSync(asset, join("dist", relative("src", asset)));
  for (const name of ["openapi.json", "asyncapi.json"]) cpSync(join("docs", name), join("dist", name));
  writeBill(join("dist", "sbom.cdx.json"));
  await buildWeb(resolve("dist", "web"));
  return 0;
}
