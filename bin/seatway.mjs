#!/usr/bin/env node
// The command `seatway`: `serve` starts the gateway, everything else is the command line.
// In a checkout it runs the TypeScript in src/ as it is; in an installed package the JavaScript in dist/, because
// Node.js does not strip types under node_modules. Plain JavaScript for Node.js 20 and later.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled, findNode, root, runCommand, runNode } from "./runtime.mjs";
import { ensureWeb } from "./web.mjs";

await runCommand(() => {
  const checkout = existsSync(join(root, "src"));
  if (checkout) ensureInstalled(false);
  const [command, ...rest] = process.argv.slice(2);
  const main = checkout ? join(root, "src", "main.ts") : join(root, "dist", "main.js");
  const serving = command === "serve" && !rest.includes("--help");
  const program = serving ? [main, ...rest] : [join(root, "bin", "cli.mjs"), ...process.argv.slice(2)];
  const node = findNode();
  if (checkout && serving) ensureWeb(node);
  return runNode(node, program);
});
