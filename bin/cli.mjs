// The command line under the Node.js that runs it: started by bin/seatway.mjs, which looked for that Node.js.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./runtime.mjs";

const source = join(root, "src", "cli", "cli.ts");
const program = existsSync(source) ? source : join(root, "dist", "cli", "cli.js");
const { run } = await import(pathToFileURL(program).href);
process.exitCode = await run(process.argv.slice(2));
