// Loaded before a gateway (--import) that is to be measured without its journal: another module stands in place of the one that opens it. The
// product has no such setting.

import { registerHooks } from "node:module";

const opening = new URL("../../src/start-journal.ts", import.meta.url).href;
const none = new URL("./no-journal.ts", import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    return found.url === opening ? { ...found, url: none } : found;
  },
});
