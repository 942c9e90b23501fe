// The checks that need no running gateway, in the order in which a mistake is cheapest to see. The first failure stops.

import { runTool } from "./tool.mjs";

const checks = [
  { title: "format and lint", package: "@biomejs/biome", command: "biome", args: ["check", "--error-on-warnings"] },
  { title: "types", package: "typescript", command: "tsc", args: ["-p", "."] },
  {
    title: "walls",
    package: "dependency-cruiser",
    command: "depcruise",
    args: ["src", "--config", ".dependency-cruiser.cjs"],
  },
  { title: "dead code", package: "knip", command: "knip", args: [] },
];

/** Resolves with 0, or with the exit code of the first check that failed. */
export async function check() {
  for (const { title, package: packageName, command, args } of checks) {
    process.stdout.write(`\n== ${title}\n`);
    const code = await runTool(packageName, command, args);
    if (code !== 0) {
      process.stdout.write(`\n== ${title}: failed\n`);
      return code;
    }
  }
  return 0;
}
