// Every npm script that is more than one tool: test, test-long, check, audit, conformance, bench, soak, chaos, fuzz, api, screenshots, build.
// Starts on Node.js 20 or later with nothing installed, installs what is missing, then goes on under the Node.js that
// the product itself runs on.

import { fileURLToPath } from "node:url";
import { compiled, ensureInstalled, findNode, Refused, root, runCommand, runNode } from "../bin/runtime.mjs";

const commands = {
  test: async () => (await import("./test.mjs")).test(),
  "test-long": async (names) => (await import("./test.mjs")).testLong(names),
  check: async () => (await import("./check.mjs")).check(),
  audit: async () => (await import("./audit.ts")).audit(),
  conformance: async () => (await import("./test.mjs")).conformance(),
  bench: async (args) => (await import("./bench.mjs")).bench(args),
  soak: async (args) => (await import("./soak.mjs")).soak(args),
  chaos: async (args) => (await import("./chaos.mjs")).chaos(args),
  api: async () => (await import("./api.ts")).api(),
  fuzz: async (args) => (await import("./fuzz.mjs")).fuzz(args),
  screenshots: async (args) => (await import("./screenshots.mjs")).screenshots(args),
  build: async () => (await import("./build.mjs")).build(),
};

await runCommand(async () => {
  const [name = "", ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Refused(`unknown command "${name}": one of ${Object.keys(commands).join(", ")}`);
  process.chdir(root);
  ensureInstalled(true);
  const node = findNode();
  if (node !== process.execPath) return runNode(node, [fileURLToPath(import.meta.url), name, ...args]);
  // As for the product itself: a test or a bench starts many programs.
  process.env.NODE_COMPILE_CACHE ??= compiled;
  return command(args);
});
