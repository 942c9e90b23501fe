// The checks that need no running gateway. The types take as long as all others, so they stand beside them.

import { runTool } from "./tool.mjs";

/** What has not changed since the last time is not checked again (tsconfig.json: incremental). */
const types = { title: "types", package: "typescript", command: "tsc", args: ["-p", "."] };

/** In the order in which a mistake is cheapest to see; the first failure stops. */
const others = [
  { title: "format and lint", package: "@biomejs/biome", command: "biome", args: ["check", "--error-on-warnings"] },
  { title: "types of the pages", package: "typescript", command: "tsc", args: ["-p", "web"] },
  {
    title: "walls",
    package: "dependency-cruiser",
    command: "depcruise",
    args: ["src", "web", "--config", ".dependency-cruiser.cjs"],
  },
  { title: "dead code", package: "knip", command: "knip", args: [] },
];

async function inTurn(checks) {
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

/** docs/openapi.json and docs/asyncapi.json say what the contract says. */
async function documents() {
  process.stdout.write("\n== interface documents\n");
  const { stale } = await import("./api.ts");
  for (const name of stale())
    process.stdout.write(`${name} is not what the contract says: run npm run api and commit it\n`);
  return stale().length > 0 ? 1 : 0;
}

/** Resolves with 0, or with the exit code of a check that failed. */
export async function check() {
  const codes = await Promise.all([inTurn([types]), inTurn(others)]);
  return codes.find((code) => code !== 0) ?? (await documents());
}
