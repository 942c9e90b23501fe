// Builds the pages into the folder that is named: a process of its own, so that the launcher may run on an older Node.js.

import { buildWeb } from "./web.mjs";

await buildWeb(process.argv[2] ?? "");
